package io.sluice.tls;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

import io.netty.handler.ssl.CipherSuiteConverter;

/// OpenSSL's cipher list format over the suites that the JDK has. Immutable.
///
/// Names, the common aliases, `A+B` for both, and the prefixes `!`, `-` and `+` are understood; a word that names nothing is
/// left out, as OpenSSL does.
final class OpenSslCipherList {

    /// A suite by both of its names.
    private record Suite(String java, String openSsl) {}

    private OpenSslCipherList() {}

    /// The suites by the JDK's names; empty when nothing is left.
    static Optional<List<String>> suites(String list) {
        List<Suite> all = all();
        Set<Suite> chosen = new LinkedHashSet<>();
        Set<Suite> never = new LinkedHashSet<>();
        for (String item : list.split("[:, ]+")) {
            String word = item.replaceFirst("^[!+-]", "");
            if (word.isEmpty() || word.startsWith("@")) {
                continue;
            }
            List<Suite> meant = all.stream().filter(matching(word)).toList();
            switch (item.charAt(0)) {
                case '!' -> {
                    never.addAll(meant);
                    chosen.removeAll(meant);
                }
                case '-' -> chosen.removeAll(meant);
                case '+' -> {
                    List<Suite> moved = meant.stream().filter(chosen::contains).toList();
                    chosen.removeAll(moved);
                    chosen.addAll(moved);
                }
                default -> meant.stream().filter(suite -> !never.contains(suite)).forEach(chosen::add);
            }
        }
        return chosen.isEmpty() ? Optional.empty() : Optional.of(chosen.stream().map(Suite::java).toList());
    }

    private static List<Suite> all() {
        try {
            List<Suite> suites = new ArrayList<>();
            for (String java : SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites()) {
                String openSsl = CipherSuiteConverter.toOpenSsl(java, false);
                if (openSsl != null && !CipherNames.TLS_1_3.contains(java) && !java.endsWith("_SCSV")) {
                    suites.add(new Suite(java, openSsl));
                }
            }
            return suites;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Predicate<Suite> matching(String word) {
        List<Predicate<Suite>> parts =
                Arrays.stream(word.split("\\+")).map(OpenSslCipherList::single).toList();
        return suite -> parts.stream().allMatch(part -> part.test(suite));
    }

    private static Predicate<Suite> single(String word) {
        return switch (word) {
            case "ALL", "DEFAULT" -> suite -> true;
            case "HIGH" -> suite -> suite.openSsl.contains("AES") || suite.openSsl.contains("CHACHA20");
            case "ECDHE", "EECDH", "kEECDH", "kECDHE" -> suite -> suite.openSsl.startsWith("ECDHE-");
            case "DHE", "EDH", "kEDH", "kDHE" -> suite -> suite.openSsl.startsWith("DHE-");
            case "kRSA" -> suite -> suite.java.startsWith("TLS_RSA_");
            case "aRSA" -> suite -> suite.java.contains("RSA_WITH");
            case "RSA" -> suite -> suite.java.contains("RSA_WITH");
            case "aECDSA", "ECDSA" -> suite -> suite.java.contains("ECDSA");
            case "AES" -> suite -> suite.openSsl.contains("AES");
            case "AES128" -> suite -> suite.openSsl.contains("AES128");
            case "AES256" -> suite -> suite.openSsl.contains("AES256");
            case "AESGCM" -> suite -> suite.java.contains("_GCM_");
            case "CHACHA20" -> suite -> suite.openSsl.contains("CHACHA20");
            case "SHA", "SHA1" -> suite -> suite.java.endsWith("_SHA");
            case "SHA256" -> suite -> suite.java.endsWith("_SHA256");
            case "SHA384" -> suite -> suite.java.endsWith("_SHA384");
            default -> suite -> suite.openSsl.equals(word) || suite.java.equals(word);
        };
    }
}
