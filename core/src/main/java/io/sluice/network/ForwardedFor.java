package io.sluice.network;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.network.IpText.AddressAndPort;

/// Whom proxies say they speak for, as far as they are trusted. Immutable.
///
/// A list such as `client, proxy1, proxy2` is read from the right: the last address is believed when the peer that sent it is
/// trusted, and with `recursive` the one before it when the last is trusted too, and so on. What is no address ends it.
public final class ForwardedFor {

    private final NetworkMap<Boolean> trusted;

    private final boolean unixTrusted;

    private final boolean recursive;

    /// @param trusted whose word is taken; rules that all allow
    public ForwardedFor(List<AccessRuleConfig> trusted, boolean recursive) {
        NetworkMap.Builder<Boolean> networks = new NetworkMap.Builder<>(NetworkMap.Precedence.FIRST, false);
        boolean unix = false;
        for (AccessRuleConfig rule : trusted) {
            switch (rule.subject()) {
                case Subject.All _ -> {
                    networks.addAll(true);
                    unix = true;
                }
                case Subject.Unix _ -> unix = true;
                case Subject.Network network -> networks.add(network, true);
            }
        }
        this.trusted = networks.build();
        this.unixTrusted = unix;
        this.recursive = recursive;
    }

    /// The address that the peer speaks for; null when it is not trusted, or says nothing that is an address.
    ///
    /// @param peer who sent it: 4 or 16 bytes, none for a unix-domain socket
    /// @param lines the field's values in the order of the request
    public @Nullable AddressAndPort find(byte[] peer, List<String> lines) {
        byte[] speaker = peer;
        AddressAndPort found = null;
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            int start = line.length() + 1;
            while (start > 0) {
                if (!isTrusted(speaker)) {
                    return found;
                }
                int end = endOfLast(line, start - 1);
                start = startOfLast(line, end);
                AddressAndPort next = IpText.addressAndPort(line.substring(start, end));
                if (next == null) {
                    return found;
                }
                if (!recursive) {
                    return next;
                }
                found = next;
                speaker = next.address();
            }
        }
        return found;
    }

    private boolean isTrusted(byte[] address) {
        return address.length == 0 ? unixTrusted : trusted.find(address);
    }

    private static int endOfLast(String line, int end) {
        int last = end;
        while (last > 0 && isSeparator(line.charAt(last - 1))) {
            last--;
        }
        return last;
    }

    private static int startOfLast(String line, int end) {
        int start = end;
        while (start > 0 && !isSeparator(line.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == ',';
    }
}
