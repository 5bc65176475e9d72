package io.sluice.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.security.auth.x500.X500Principal;

/// A certificate's parts as nginx's variables write them. Immutable.
final class CertificateText {

    // OpenSSL's short names where the JDK would write a number.
    private static final Map<String, String> ATTRIBUTES = Map.ofEntries(
            Map.entry("1.2.840.113549.1.9.1", "emailAddress"),
            Map.entry("2.5.4.4", "SN"),
            Map.entry("2.5.4.5", "serialNumber"),
            Map.entry("2.5.4.12", "title"),
            Map.entry("2.5.4.13", "description"),
            Map.entry("2.5.4.15", "businessCategory"),
            Map.entry("2.5.4.17", "postalCode"),
            Map.entry("2.5.4.41", "name"),
            Map.entry("2.5.4.42", "GN"),
            Map.entry("2.5.4.43", "initials"),
            Map.entry("2.5.4.46", "dnQualifier"),
            Map.entry("2.5.4.65", "pseudonym"),
            Map.entry("2.5.4.97", "organizationIdentifier"));

    // ASN1_TIME_print's form: "Nov  5 09:30:00 2026 GMT".
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss yyyy 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private CertificateText() {}

    /// PEM without the last line's end: `$ssl_client_raw_cert`.
    static String pem(X509Certificate certificate) {
        return PemBlock.format("CERTIFICATE", der(certificate)).stripTrailing();
    }

    /// PEM that can stand in a header folded over lines: `$ssl_client_cert`.
    static String indentedPem(X509Certificate certificate) {
        return pem(certificate).replace("\n", "\n\t");
    }

    /// Percent-encoded PEM with its last line's end: `$ssl_client_escaped_cert`.
    static String escapedPem(X509Certificate certificate) {
        byte[] pem = PemBlock.format("CERTIFICATE", der(certificate)).getBytes(StandardCharsets.US_ASCII);
        StringBuilder text = new StringBuilder(pem.length * 2);
        for (byte b : pem) {
            boolean unreserved = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
                    || b == '-' || b == '.' || b == '_' || b == '~';
            if (unreserved) {
                text.append((char) b);
            } else {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return text.toString();
    }

    /// A name per RFC 2253, with OpenSSL's attribute names and its escapes for what is not ASCII.
    static String name(X500Principal principal) {
        String name = principal.getName(X500Principal.RFC2253, ATTRIBUTES);
        StringBuilder text = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0) {
                text.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(b));
            } else {
                text.append((char) b);
            }
        }
        return text.toString();
    }

    /// Hexadecimal digits in pairs.
    static String serial(X509Certificate certificate) {
        BigInteger serial = certificate.getSerialNumber();
        String digits = serial.abs().toString(16).toUpperCase(Locale.ROOT);
        return (serial.signum() < 0 ? "-" : "") + (digits.length() % 2 == 0 ? "" : "0") + digits;
    }

    static String fingerprint(X509Certificate certificate) {
        return HexFormat.of().formatHex(Digests.sha1().digest(der(certificate)));
    }

    static String time(Date date) {
        return TIME.format(date.toInstant());
    }

    /// Whole days until the certificate expires, 0 when it has.
    static long daysLeft(X509Certificate certificate, Instant now) {
        return Math.max(0, Duration.between(now, certificate.getNotAfter().toInstant()).toDays());
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
