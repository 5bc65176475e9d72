package io.sluice.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;

/// What a response says about the name that was asked for, through its aliases. Immutable.
///
/// @param data empty: nothing
/// @param name the asked one's last alias, the name itself if it has none
/// @param ttlSeconds the least of all records that led here
record Reading(List<Data> data, String name, long ttlSeconds) {

    /// More are left out: whoever answers is not to be trusted with our memory.
    static final int MOST_RECORDS = 256;

    private static final int MOST_ALIASES = 16;

    /// What a record says.
    sealed interface Data {

        /// A or AAAA.
        record Host(InetAddress address) implements Data {}

        /// SRV (RFC 2782).
        record Service(int priority, int weight, int port, String target) implements Data {}
    }

    private record Alias(String target, long ttlSeconds) {}

    /// Reads.
    ///
    /// @throws RuntimeException of Netty's, when a record is malformed
    static Reading of(DnsResponse response, String asked, DnsRecordType type) {
        Map<String, Alias> aliases = new HashMap<>();
        List<DnsRawRecord> wanted = new ArrayList<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            if (record.dnsClass() != DnsRecord.CLASS_IN || !(record instanceof DnsRawRecord raw)) {
                continue;
            }
            if (type.equals(record.type())) {
                wanted.add(raw);
            } else if (DnsRecordType.CNAME.equals(record.type())) {
                aliases.putIfAbsent(key(record.name()), new Alias(name(raw.content().duplicate()), ttl(record)));
            }
        }
        String name = asked;
        long ttl = Integer.MAX_VALUE;
        for (int i = 0; i < MOST_ALIASES && aliases.containsKey(name); i++) {
            Alias alias = aliases.get(name);
            name = alias.target();
            ttl = Math.min(ttl, alias.ttlSeconds());
        }
        List<Data> data = new ArrayList<>();
        for (DnsRawRecord record : wanted) {
            if (data.size() < MOST_RECORDS && key(record.name()).equals(name)) {
                data.add(data(record.content().duplicate(), type));
                ttl = Math.min(ttl, ttl(record));
            }
        }
        return new Reading(List.copyOf(data), name, ttl);
    }

    private static Data data(ByteBuf content, DnsRecordType type) {
        if (DnsRecordType.SRV.equals(type)) {
            int priority = content.readUnsignedShort();
            int weight = content.readUnsignedShort();
            int port = content.readUnsignedShort();
            return new Data.Service(priority, weight, port, name(content));
        }
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        try {
            return new Data.Host(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }

    private static String name(ByteBuf content) {
        return key(DefaultDnsRecordDecoder.decodeName(content));
    }

    /// Names compare without regard to case, and without the root's dot.
    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// One with its highest bit set means 0 (RFC 2181, 8).
    private static long ttl(DnsRecord record) {
        return record.timeToLive() > Integer.MAX_VALUE ? 0 : record.timeToLive();
    }
}
