package io.sluice.tls;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/// Gives the TLS library the certificates that were read, one for each kind of key. Immutable.
///
/// An alias is the identity's index. JDK TLS asks for one kind after the other and must get none where there is none;
/// BoringSSL chooses among several certificates by itself and asks here for the one that is left when no other fits, so any
/// kind gets the last.
final class IdentityKeys extends X509ExtendedKeyManager {

    private final List<Identity> identities;

    private final boolean anyKind;

    IdentityKeys(List<Identity> identities, boolean anyKind) {
        this.identities = List.copyOf(identities);
        this.anyKind = anyKind;
    }

    /// As the factory that Netty wants.
    KeyManagerFactory factory() {
        return new Factory(this);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return chooseClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        for (String keyType : keyTypes) {
            String alias = alias(keyType);
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? new String[0] : new String[] {alias};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chainArray();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    private @Nullable String alias(String keyType) {
        for (int i = 0; i < identities.size(); i++) {
            String kind = identities.get(i).kind();
            if (kind.equals(keyType) || kind.equals("RSA") && keyType.startsWith("RSA")) {
                return Integer.toString(i);
            }
        }
        return anyKind ? Integer.toString(identities.size() - 1) : null;
    }

    private static final class Factory extends KeyManagerFactory {

        Factory(KeyManager keys) {
            super(new Spi(keys), null, "identities");
        }
    }

    private static final class Spi extends KeyManagerFactorySpi {

        private final KeyManager keys;

        Spi(KeyManager keys) {
            this.keys = keys;
        }

        @Override
        protected void engineInit(KeyStore store, char[] password) {
            // There is nothing to set up.
        }

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {
            // There is nothing to set up.
        }

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {keys};
        }
    }
}
