package io.sluice.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Reads private keys in every form that OpenSSL writes: PKCS#8, plain or encrypted, and the traditional forms of RSA and EC
/// keys, plain or encrypted. Used during start-up only.
final class PrivateKeyText {

    private static final byte[] ZERO = Der.element(Der.INTEGER, new byte[] {0});

    // rsaEncryption with NULL parameters, id-ecPublicKey
    private static final byte[] RSA_ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private PrivateKeyText() {}

    /// The first private key of a file.
    ///
    /// @param passwords tried in order
    /// @throws GeneralSecurityException with OpenSSL's word for the fault
    static PrivateKey read(byte[] file, List<String> passwords) throws GeneralSecurityException {
        try {
            for (PemBlock block : PemBlock.parse(file)) {
                if (block.label().endsWith("PRIVATE KEY")) {
                    return key(block, passwords);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
        throw new GeneralSecurityException("no start line:Expecting: ANY PRIVATE KEY");
    }

    private static PrivateKey key(PemBlock block, List<String> passwords) throws GeneralSecurityException {
        boolean encrypted = block.label().equals("ENCRYPTED PRIVATE KEY")
                || block.headers().getOrDefault("Proc-Type", "").endsWith("ENCRYPTED");
        if (!encrypted) {
            return parse(pkcs8(block.label(), block.der()));
        }
        for (String password : passwords) {
            try {
                return parse(block.label().equals("ENCRYPTED PRIVATE KEY")
                        ? decryptPkcs8(block.der(), password)
                        : pkcs8(block.label(), decryptTraditional(block, password)));
            } catch (NoSuchAlgorithmException e) {
                throw e;
            } catch (GeneralSecurityException | IllegalArgumentException _) {
                // The wrong pass phrase shows as bad padding, or as a key that makes no sense: try the next.
            }
        }
        throw new GeneralSecurityException("bad decrypt");
    }

    private static PrivateKey parse(byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException _) {
                // A key of another algorithm.
            }
        }
        throw new GeneralSecurityException("unsupported");
    }

    private static byte[] pkcs8(String label, byte[] der) throws GeneralSecurityException {
        return switch (label) {
            case "PRIVATE KEY" -> der;
            case "RSA PRIVATE KEY" -> Der.element(Der.SEQUENCE, ZERO, RSA_ALGORITHM, Der.element(Der.OCTET_STRING, der));
            case "EC PRIVATE KEY" -> Der.element(
                    Der.SEQUENCE,
                    ZERO,
                    Der.element(Der.SEQUENCE, EC_OID, curve(der)),
                    Der.element(Der.OCTET_STRING, der));
            default -> throw new GeneralSecurityException("unsupported:" + label);
        };
    }

    /// The curve's identifier out of a SEC 1 key: version, key, [0] parameters.
    private static byte[] curve(byte[] sec1) throws GeneralSecurityException {
        Der fields = new Der(new Der(sec1).content(Der.SEQUENCE));
        fields.content(Der.INTEGER);
        fields.content(Der.OCTET_STRING);
        if (fields.atEnd() || fields.tag() != 0xa0) {
            throw new GeneralSecurityException("missing parameters");
        }
        return fields.content(0xa0);
    }

    private static byte[] decryptPkcs8(byte[] der, String password) throws GeneralSecurityException {
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            // PBES2 names its parts in the parameters only, and Cipher wants the name of the parts.
            String algorithm = info.getAlgName().equals("PBES2") ? info.getAlgParameters().toString() : info.getAlgName();
            var secret = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
            return cipher.doFinal(info.getEncryptedData());
        } catch (java.io.IOException e) {
            throw new GeneralSecurityException("bad decrypt", e);
        }
    }

    private static byte[] decryptTraditional(PemBlock block, String password) throws GeneralSecurityException {
        String[] info = block.headers().getOrDefault("DEK-Info", "").split(",", 2);
        if (info.length != 2) {
            throw new NoSuchAlgorithmException("not dek info");
        }
        byte[] iv = HexFormat.of().parseHex(info[1].strip());
        return switch (info[0].strip().toUpperCase(Locale.ROOT)) {
            case "AES-128-CBC" -> decrypt("AES", 16, block.der(), iv, password);
            case "AES-192-CBC" -> decrypt("AES", 24, block.der(), iv, password);
            case "AES-256-CBC" -> decrypt("AES", 32, block.der(), iv, password);
            case "DES-EDE3-CBC" -> decrypt("DESede", 24, block.der(), iv, password);
            default -> throw new NoSuchAlgorithmException("unsupported encryption:" + info[0]);
        };
    }

    private static byte[] decrypt(String algorithm, int keyBytes, byte[] data, byte[] iv, String password)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
        SecretKeySpec key = new SecretKeySpec(derive(password, Arrays.copyOf(iv, 8), keyBytes), algorithm);
        cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(iv));
        return cipher.doFinal(data);
    }

    /// OpenSSL's EVP_BytesToKey with MD5 and one round, which the traditional form prescribes.
    private static byte[] derive(String password, byte[] salt, int length) throws GeneralSecurityException {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] key = new byte[length];
        byte[] last = new byte[0];
        for (int done = 0; done < length; done += last.length) {
            md5.update(last);
            md5.update(password.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            md5.update(salt);
            last = md5.digest();
            System.arraycopy(last, 0, key, done, Math.min(last.length, length - done));
        }
        return key;
    }
}
