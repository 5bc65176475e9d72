package io.sluice.tls;

/// What became of verifying a certificate, with OpenSSL's number and text. Immutable.
public enum Verification {
    OK(0, "ok"),
    UNSPECIFIED(1, "unspecified certificate verification error"),
    NO_CRL(3, "unable to get certificate CRL"),
    NOT_YET_VALID(9, "certificate is not yet valid"),
    EXPIRED(10, "certificate has expired"),
    CRL_EXPIRED(12, "CRL has expired"),
    SELF_SIGNED(18, "self-signed certificate"),
    SELF_SIGNED_IN_CHAIN(19, "self-signed certificate in certificate chain"),
    NO_LOCAL_ISSUER(20, "unable to get local issuer certificate"),
    LEAF_UNVERIFIED(21, "unable to verify the first certificate"),
    CHAIN_TOO_LONG(22, "certificate chain too long"),
    REVOKED(23, "certificate revoked"),
    WRONG_PURPOSE(26, "unsuitable certificate purpose");

    private final int code;

    private final String text;

    Verification(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /// OpenSSL's X509_V_ERR number.
    public int code() {
        return code;
    }

    /// OpenSSL's text.
    public String text() {
        return text;
    }

    /// Whether only the authority is unknown, which `ssl_verify_client optional_no_ca` allows.
    public boolean onlyIssuerUnknown() {
        return switch (this) {
            case SELF_SIGNED, SELF_SIGNED_IN_CHAIN, NO_LOCAL_ISSUER, LEAF_UNVERIFIED -> true;
            default -> false;
        };
    }

    /// `(20:unable to get local issuer certificate)`, as nginx logs it.
    @Override
    public String toString() {
        return "(" + code + ":" + text + ")";
    }
}
