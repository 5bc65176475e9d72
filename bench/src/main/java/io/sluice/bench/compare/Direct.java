package io.sluice.bench.compare;

/// No proxy at all: clients speak to the upstreams themselves, which shows what the load alone can do. Immutable.
record Direct() implements Contender {

    /// Upstreams leave TLS to proxies.
    @Override
    public boolean servesIn(Scenario scenario) {
        return !scenario.procedure().ofTls();
    }

    @Override
    public String name() {
        return "direct";
    }
}
