package io.sluice.bench.compare;

/// No proxy at all: clients speak to the upstreams themselves, which shows what the load alone can do. Immutable.
record Direct() implements Contender {

    @Override
    public String name() {
        return "direct";
    }
}
