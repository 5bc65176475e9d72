package io.sluice.resolve;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import org.jspecify.annotations.Nullable;

/// The records of one type that a name has, asked of the servers in turn until one of them answers. Confined to the resolver's
/// thread.
///
///     asking -- silence, for as long as somebody waits --> asking the next
///        |  --- an error code, each server once ---------> asking the next
///        +----- an alias without its records ------------> asking for the alias
///        +----- records, none, no such name -------------> told
final class Inquiry {

    /// After so long the next server is asked, as in nginx.
    static final long RESEND_SECONDS = 5;

    private static final int MOST_RESTARTS = 8;

    private final EventLoop loop;

    private final DnsNameResolver resolver;

    private final List<InetSocketAddress> servers;

    private final DnsRecordType type;

    private final BooleanSupplier wanted;

    private final Consumer<Result> sink;

    private String name;

    private int turn;

    private int refusals;

    private int restarts;

    /// The least of the aliases that other responses have led through.
    private long aliasTtlSeconds = Integer.MAX_VALUE;

    /// How it ended.
    ///
    /// @param error null: there are records
    record Result(@Nullable LookupError error, List<Reading.Data> data, long ttlSeconds) {

        static Result failed(LookupError error) {
            return new Result(error, List.of(), 0);
        }
    }

    /// @param turn which server is asked first
    /// @param wanted whether anybody still waits
    Inquiry(
            EventLoop loop, DnsNameResolver resolver, NameServers servers, int turn, String name, DnsRecordType type,
            BooleanSupplier wanted, Consumer<Result> sink) {
        this.loop = loop;
        this.resolver = resolver;
        this.servers = servers.addresses();
        this.turn = turn;
        this.name = name;
        this.type = type;
        this.wanted = wanted;
        this.sink = sink;
    }

    void ask() {
        InetSocketAddress server = servers.get(Math.floorMod(turn++, servers.size()));
        try {
            FutureListener<AddressedEnvelope<DnsResponse, InetSocketAddress>> listener = this::onResponse;
            var _ = resolver.query(server, new DefaultDnsQuestion(name, type)).addListener(listener);
        } catch (IllegalArgumentException _) {
            // No name that DNS could know.
            sink.accept(Result.failed(LookupError.NOT_FOUND));
        }
    }

    private void onResponse(Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) {
        if (!done.isSuccess()) {
            onSilence(done.cause());
            return;
        }
        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope = done.getNow();
        try {
            onResponse(envelope.content());
        } finally {
            envelope.release();
        }
    }

    private void onSilence(Throwable cause) {
        if (!wanted.getAsBoolean()) {
            sink.accept(Result.failed(LookupError.TIMED_OUT));
        } else if (cause instanceof DnsNameResolverTimeoutException) {
            ask();
        } else {
            // It could not be sent, which is known at once: not worth a loop without a pause.
            var _ = loop.schedule(this::askAgain, RESEND_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void askAgain() {
        if (wanted.getAsBoolean()) {
            ask();
        } else {
            sink.accept(Result.failed(LookupError.TIMED_OUT));
        }
    }

    private void onResponse(DnsResponse response) {
        if (response.code().intValue() == DnsResponseCode.NXDOMAIN.intValue()) {
            sink.accept(Result.failed(LookupError.NOT_FOUND));
        } else if (response.code().intValue() != DnsResponseCode.NOERROR.intValue()) {
            onRefusal(LookupError.of(response.code().intValue()));
        } else {
            Reading reading;
            try {
                reading = Reading.of(response, name, type);
            } catch (RuntimeException _) {
                onRefusal(LookupError.FORMAT);
                return;
            }
            onReading(reading);
        }
    }

    private void onRefusal(LookupError error) {
        if (++refusals < servers.size() && wanted.getAsBoolean()) {
            ask();
        } else {
            sink.accept(Result.failed(error));
        }
    }

    private void onReading(Reading reading) {
        aliasTtlSeconds = Math.min(aliasTtlSeconds, reading.ttlSeconds());
        if (!reading.data().isEmpty()) {
            sink.accept(new Result(null, reading.data(), aliasTtlSeconds));
        } else if (!reading.name().equals(name) && ++restarts <= MOST_RESTARTS) {
            name = reading.name();
            ask();
        } else {
            sink.accept(Result.failed(LookupError.NOT_FOUND));
        }
    }
}
