package io.sluice.http;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.AccessOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.network.IpText.AddressAndPort;
import io.sluice.network.ProxyHeader;
import io.sluice.route.RealAddress;
import io.sluice.route.RequestLimits;
import io.sluice.route.SessionLimits;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;

/// Whether an exchange is let into its location: real_ip, `limit_req`, `limit_conn`, then `allow` and `deny`, in the order of
/// nginx's phases. Confined to its worker's event loop.
///
/// Rates are asked once for an exchange, whatever locations it comes through; places are held until [#release].
final class Admittance {

    private static final RequestLimits.Verdict NOT_LIMITED = new RequestLimits.Passed(false);

    private static final byte[] UNIX = {};

    private static final Decision ADMITTED = new Admitted();

    private final Exchange exchange;

    private SessionLimits.@Nullable Admitted places;

    private String connectionStatus = "";

    private String requestStatus = "";

    private boolean rateAsked;

    private @Nullable AddressAndPort realAddress;

    /// What is to become of the exchange.
    sealed interface Decision {}

    /// It goes on.
    record Admitted() implements Decision {}

    /// It goes on after a while, with [#afterDelay].
    record Delayed(long nanos) implements Decision {}

    /// It ends with a status.
    record Refused(int status) implements Decision {}

    Admittance(Exchange exchange) {
        this.exchange = exchange;
    }

    /// `$limit_conn_status`; empty: nothing was asked.
    String connectionStatus() {
        return connectionStatus;
    }

    /// `$limit_req_status`; empty: nothing was asked.
    String requestStatus() {
        return requestStatus;
    }

    /// The client's address as `real_ip_header` told it; null: that of the connection.
    @Nullable AddressAndPort realAddress() {
        return realAddress;
    }

    /// Decides about the exchange in its present location.
    Decision decide() {
        findRealAddress();
        Decision byRate = rateAsked ? ADMITTED : limitRate();
        return byRate == ADMITTED ? afterDelay() : byRate;
    }

    /// What is left to decide when a delay is over.
    Decision afterDelay() {
        Decision byConnections = limitConnections();
        if (byConnections != ADMITTED) {
            return byConnections;
        }
        if (isPermitted()) {
            return ADMITTED;
        }
        Messages.log(exchange, LogLevel.ERROR, () -> "access forbidden by rule");
        return new Refused(HttpStatus.FORBIDDEN);
    }

    /// Whose exchange it is: as in nginx asked once the server is known, and again where a location says more.
    void findRealAddress() {
        LocationSettings settings = exchange.settings();
        if (settings.realAddress().isOff() || realAddress != null) {
            return;
        }
        Downstream downstream = exchange.session().downstream();
        byte[] peer = downstream.remoteBytes();
        realAddress = settings.realAddress().find(peer == null ? UNIX : peer, told(settings.realAddress(), downstream));
    }

    /// Whom the peer says that it speaks for.
    private List<String> told(RealAddress rule, Downstream downstream) {
        if (!rule.isOfProxyProtocol()) {
            return exchange.request().headers().getAll(rule.header());
        }
        ProxyHeader header = downstream.proxyHeader();
        return header == null ? List.of() : List.of(header.sourceAndPort());
    }

    private Decision limitRate() {
        LocationSettings settings = exchange.settings();
        AccessOptions options = settings.options().access();
        boolean dryRun = options.requestDryRun();
        String suffix = dryRun ? "_DRY_RUN" : "";
        rateAsked = !settings.requestKeys().isEmpty();
        switch (rate(settings)) {
            case RequestLimits.Passed passed -> requestStatus = passed.counted() ? "PASSED" : "";
            case RequestLimits.Delayed delayed -> {
                requestStatus = "DELAYED" + suffix;
                Messages.log(exchange, options.requestLogLevel(), () -> delayed.message(dryRun));
                return dryRun ? ADMITTED : new Delayed(delayed.millis() * 1_000_000);
            }
            case RequestLimits.Rejected rejected -> {
                requestStatus = "REJECTED" + suffix;
                Messages.log(exchange, options.requestLogLevel(), () -> rejected.message(dryRun));
                return dryRun ? ADMITTED : new Refused(options.requestStatus());
            }
        }
        return ADMITTED;
    }

    private RequestLimits.Verdict rate(LocationSettings settings) {
        return settings.requestKeys().isEmpty()
                ? NOT_LIMITED
                : settings.requests().check(exchange.now() / 1_000_000, keys(settings.requestKeys()));
    }

    private Decision limitConnections() {
        LocationSettings settings = exchange.settings();
        if (places != null || settings.connectionKeys().isEmpty()) {
            return ADMITTED;
        }
        AccessOptions options = settings.options().access();
        boolean dryRun = options.connections().dryRun();
        switch (settings.connections().admit(keys(settings.connectionKeys()))) {
            case SessionLimits.Admitted admitted -> {
                places = admitted;
                connectionStatus = admitted.counted() ? "PASSED" : "";
            }
            case SessionLimits.Rejected rejected -> {
                connectionStatus = dryRun ? "REJECTED_DRY_RUN" : "REJECTED";
                Messages.log(exchange, options.connections().logLevel(), () -> rejected.message(dryRun));
                return dryRun ? ADMITTED : new Refused(options.connectionStatus());
            }
        }
        return ADMITTED;
    }

    private byte[][] keys(List<Template> templates) {
        byte[][] keys = new byte[templates.size()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ByteText.bytes(templates.get(i).evaluate(exchange));
        }
        return keys;
    }

    private boolean isPermitted() {
        LocationSettings settings = exchange.settings();
        byte[] address = exchange.clientAddress();
        AccessOptions options = settings.options().access();
        boolean excepted = !options.exceptMethods().isEmpty()
                && !options.exceptMethods().contains(exchange.request().method());
        return address == null
                ? settings.access().admitsUnix() && (!excepted || settings.exceptAccess().admitsUnix())
                : settings.access().admits(address) && (!excepted || settings.exceptAccess().admits(address));
    }

    /// The places, which are somebody else's to give back from now on; null: none.
    SessionLimits.@Nullable Admitted takePlaces() {
        SessionLimits.Admitted taken = places;
        places = null;
        return taken;
    }

    /// Gives the places back.
    void release() {
        if (places != null) {
            places.release();
        }
    }
}
