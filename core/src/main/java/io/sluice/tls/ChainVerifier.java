package io.sluice.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/// Verifies a chain of certificates against authorities and lists of revoked certificates. Immutable.
///
/// The JDK's path builder alone decides whether a chain is good. Where it says no, the chain is looked at again for
/// the reason in OpenSSL's words, in OpenSSL's order: nginx lets OpenSSL go on after an error and reports the last.
final class ChainVerifier {

    /// What a certificate is shown for. Immutable.
    enum Purpose {
        CLIENT("1.3.6.1.5.5.7.3.2"),
        SERVER("1.3.6.1.5.5.7.3.1");

        private final String usage;

        Purpose(String usage) {
            this.usage = usage;
        }
    }

    private final List<X509Certificate> authorities;

    private final Set<TrustAnchor> anchors;

    private final List<X509CRL> revocations;

    private final int depth;

    private final Purpose purpose;

    /// @param revocations empty: none is looked for; otherwise every authority of a chain must have one
    /// @param depth how many certificates may stand between the first and the trusted one
    ChainVerifier(List<X509Certificate> authorities, List<X509CRL> revocations, int depth, Purpose purpose) {
        this.authorities = List.copyOf(authorities);
        this.anchors = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        this.revocations = List.copyOf(revocations);
        this.depth = depth;
        this.purpose = purpose;
    }

    /// Judges a chain, the certificate in question first.
    Verification verify(List<X509Certificate> chain) {
        X509Certificate leaf = chain.getFirst();
        try {
            if (!fits(leaf)) {
                return reason(chain);
            }
            if (authorities.contains(leaf)) {
                return reason(chain);
            }
            if (anchors.isEmpty()) {
                return failure(chain);
            }
            CertPathBuilder.getInstance("PKIX").build(parameters(chain));
            return Verification.OK;
        } catch (CertPathBuilderException _) {
            return failure(chain);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return Verification.UNSPECIFIED;
        }
    }

    private PKIXBuilderParameters parameters(List<X509Certificate> chain)
            throws GeneralSecurityException, InvalidAlgorithmParameterException {
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(chain.getFirst());
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
        parameters.setMaxPathLength(depth);
        parameters.setRevocationEnabled(!revocations.isEmpty());
        List<Object> known = new ArrayList<>(chain);
        known.addAll(revocations);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        return parameters;
    }

    private Verification failure(List<X509Certificate> chain) {
        Verification reason = reason(chain);
        return reason == Verification.OK ? Verification.UNSPECIFIED : reason;
    }

    /// The last error that OpenSSL would meet on this chain: its order is building, purpose, revocation, signatures, dates.
    private Verification reason(List<X509Certificate> chain) {
        List<X509Certificate> path = path(chain);
        Verification result = Verification.OK;
        X509Certificate last = path.getLast();
        boolean trusted = authorities.contains(last);
        if (!trusted) {
            boolean selfSigned = signed(last, last);
            if (path.size() == 1) {
                result = selfSigned ? Verification.SELF_SIGNED : Verification.LEAF_UNVERIFIED;
            } else {
                result = selfSigned ? Verification.SELF_SIGNED_IN_CHAIN : Verification.NO_LOCAL_ISSUER;
            }
        }
        if (path.size() - (trusted ? 2 : 1) > depth) {
            result = Verification.CHAIN_TOO_LONG;
        }
        if (!fits(chain.getFirst())) {
            result = Verification.WRONG_PURPOSE;
        }
        for (int i = path.size() - 2; i >= 0 && !revocations.isEmpty(); i--) {
            result = revocation(path.get(i), path.get(i + 1), result);
        }
        Instant now = Instant.now();
        for (int i = path.size() - 1; i >= 0; i--) {
            if (now.isBefore(path.get(i).getNotBefore().toInstant())) {
                result = Verification.NOT_YET_VALID;
            } else if (now.isAfter(path.get(i).getNotAfter().toInstant())) {
                result = Verification.EXPIRED;
            }
        }
        return result;
    }

    private Verification revocation(X509Certificate certificate, X509Certificate issuer, Verification before) {
        Verification result = Verification.NO_CRL;
        Instant now = Instant.now();
        for (X509CRL list : revocations) {
            if (!list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal()) || !signed(list, issuer)) {
                continue;
            }
            if (list.isRevoked(certificate)) {
                return Verification.REVOKED;
            }
            boolean current = list.getNextUpdate() == null || now.isBefore(list.getNextUpdate().toInstant());
            result = current ? before : Verification.CRL_EXPIRED;
        }
        return result;
    }

    /// From the first certificate upwards as far as issuers are known, at most to a trusted one.
    private List<X509Certificate> path(List<X509Certificate> chain) {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate next = chain.getFirst();
        while (next != null && !path.contains(next)) {
            path.add(next);
            next = authorities.contains(next) || signed(next, next) ? null : issuer(next, chain);
        }
        return path;
    }

    private @Nullable X509Certificate issuer(X509Certificate certificate, List<X509Certificate> chain) {
        for (List<X509Certificate> known : List.of(authorities, chain)) {
            for (X509Certificate candidate : known) {
                if (signed(certificate, candidate)) {
                    return candidate;
                }
            }
        }
        return null;
    }

    private static boolean signed(X509Certificate certificate, X509Certificate issuer) {
        if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static boolean signed(X509CRL list, X509Certificate issuer) {
        try {
            list.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /// Whether the certificate's extended key usage, when it has one, allows the purpose.
    private boolean fits(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null || usages.contains(purpose.usage);
        } catch (CertificateParsingException _) {
            return false;
        }
    }
}
