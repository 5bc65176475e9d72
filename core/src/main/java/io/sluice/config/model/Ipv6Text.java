package io.sluice.config.model;

import java.net.Inet6Address;

/// The text of IPv6 addresses in nginx's form: lower case, the longest run of zero groups as `::`. Immutable.
final class Ipv6Text {

    private static final int GROUPS = 8;

    private Ipv6Text() {}

    /// The address, with its scope after a percent sign when it has one.
    static String of(Inet6Address address) {
        byte[] bytes = address.getAddress();
        int runStart = -1;
        int runLength = 1;
        for (int i = 0, length = 0; i < GROUPS; i++) {
            length = group(bytes, i) == 0 ? length + 1 : 0;
            if (length > runLength) {
                runLength = length;
                runStart = i + 1 - length;
            }
        }
        StringBuilder text = new StringBuilder();
        int end = runStart == 0 && embedsIpv4(bytes, runLength) ? GROUPS - 2 : GROUPS;
        for (int i = 0; i < end; i++) {
            if (i == runStart) {
                text.append(i == 0 ? "::" : ":");
                i += runLength - 1;
                continue;
            }
            text.append(Integer.toHexString(group(bytes, i)));
            if (i < GROUPS - 1) {
                text.append(':');
            }
        }
        if (end < GROUPS) {
            for (int i = 12; i < bytes.length; i++) {
                text.append(i == 12 ? "" : ".").append(bytes[i] & 0xff);
            }
        }
        return withScope(text.toString(), address);
    }

    private static String withScope(String text, Inet6Address address) {
        String whole = address.getHostAddress();
        int percent = whole.indexOf('%');
        return percent < 0 ? text : text + whole.substring(percent);
    }

    /// Addresses like `::1.2.3.4`; `::1` is not one of them.
    private static boolean embedsIpv4(byte[] bytes, int zeroGroups) {
        return zeroGroups == 6 || (zeroGroups == 7 && bytes[14] != 0 && bytes[15] != 1);
    }

    private static int group(byte[] bytes, int index) {
        return ((bytes[2 * index] & 0xff) << 8) | (bytes[2 * index + 1] & 0xff);
    }
}
