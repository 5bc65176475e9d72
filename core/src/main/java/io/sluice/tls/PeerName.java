package io.sluice.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

import io.netty.util.NetUtil;

/// Compares the name a peer should have with those in its certificate, as OpenSSL's X509_check_host does. Immutable.
final class PeerName {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private PeerName() {}

    /// Whether a certificate is for the name: a host, or an address in text.
    static boolean matches(X509Certificate certificate, String name) {
        boolean address = NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
        boolean sawHost = false;
        for (List<?> alternative : alternatives(certificate)) {
            int kind = (Integer) alternative.get(0);
            if (kind == ADDRESS && address && sameAddress(String.valueOf(alternative.get(1)), name)) {
                return true;
            }
            if (kind == DNS) {
                sawHost = true;
                if (!address && hostMatches(String.valueOf(alternative.get(1)), name)) {
                    return true;
                }
            }
        }
        // The common name counts only where there are no host names, as in OpenSSL.
        return !sawHost && !address && hostMatches(commonName(certificate), name);
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException _) {
            return List.of();
        }
    }

    private static boolean sameAddress(String one, String other) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(one);
        return bytes != null && java.util.Arrays.equals(bytes, NetUtil.createByteArrayFromIpAddressString(other));
    }

    /// A star stands for the first label, or a part of it, of a name with at least two labels after it.
    private static boolean hostMatches(String pattern, String name) {
        String wanted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        int star = pattern.indexOf('*');
        int dot = pattern.indexOf('.');
        if (star < 0) {
            return !pattern.isEmpty() && pattern.equalsIgnoreCase(wanted);
        }
        int wantedDot = wanted.indexOf('.');
        boolean wellFormed = star < dot && pattern.indexOf('*', star + 1) < 0 && pattern.indexOf('.', dot + 1) > 0;
        if (!wellFormed || wantedDot <= 0 || !pattern.substring(dot).equalsIgnoreCase(wanted.substring(wantedDot))) {
            return false;
        }
        String label = wanted.substring(0, wantedDot).toLowerCase(Locale.ROOT);
        String head = pattern.substring(0, star).toLowerCase(Locale.ROOT);
        String tail = pattern.substring(star + 1, dot).toLowerCase(Locale.ROOT);
        boolean whole = head.isEmpty() && tail.isEmpty();
        return whole || !label.startsWith("xn--") && label.length() >= head.length() + tail.length() + 1
                && label.startsWith(head) && label.endsWith(tail);
    }

    private static String commonName(X509Certificate certificate) {
        try {
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(rdn.getValue());
                }
            }
        } catch (InvalidNameException _) {
            return "";
        }
        return "";
    }
}
