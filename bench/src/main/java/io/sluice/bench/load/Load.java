package io.sluice.bench.load;

/// What clients do to the proxy under test. Immutable.
public sealed interface Load {

    /// How many connections there are at once.
    int connections();

    /// What the load is, for people.
    String description();

    /// Downloads without end.
    ///
    /// @param verified every byte is compared; otherwise the kernel drops them uncopied (MSG_TRUNC) and they are counted
    record Bulk(int connections, boolean verified) implements Load {
        @Override
        public String description() {
            return plural(connections, "download") + (verified ? ", every byte compared" : "");
        }
    }

    /// Messages that are sent back, one outstanding on each connection.
    record Echo(int connections, int messageBytes) implements Load {
        @Override
        public String description() {
            return plural(connections, "connection") + ", messages of " + messageBytes + " bytes, one outstanding each";
        }
    }

    /// Connections made for one message each, so many at a time. The upstream closes first: the proxy's ports towards it
    /// would run out if their TIME_WAIT was the proxy's.
    record Churn(int connections, int messageBytes) implements Load {
        @Override
        public String description() {
            return plural(connections, "connection") + " at a time, one message of " + messageBytes + " bytes each";
        }
    }

    /// Requests for small documents on connections that are kept, one outstanding on each.
    record Requests(int connections, int bodyBytes) implements Load {
        @Override
        public String description() {
            return plural(connections, "connection") + " that " + (connections == 1 ? "is" : "are")
                    + " kept, GET requests answered by " + bodyBytes + " bytes, one outstanding each";
        }
    }

    /// Messages that are sent back through connections that were upgraded, one outstanding on each.
    record WebSocketEcho(int connections, int messageBytes) implements Load {
        @Override
        public String description() {
            return plural(connections, "WebSocket") + ", messages of " + messageBytes + " bytes, one outstanding each";
        }
    }

    /// Connections that stay, idle after an upgrade and one message.
    record HeldWebSockets(int connections, int messageBytes) implements Load {
        @Override
        public String description() {
            return plural(connections, "idle WebSocket") + " after one message of " + messageBytes + " bytes";
        }
    }

    /// Full handshakes of TLS 1.3 with X25519, so many at a time; the client closes after each.
    record Handshakes(int connections) implements Load {
        @Override
        public String description() {
            return plural(connections, "connection") + " at a time, one full TLS 1.3 handshake each";
        }
    }

    /// Downloads without end by HTTP over TLS 1.3.
    record SecureBulk(int connections) implements Load {
        @Override
        public String description() {
            return plural(connections, "download") + " by TLS 1.3";
        }
    }

    /// Connections that stay, idle after one message.
    record Held(int connections, int messageBytes) implements Load {
        @Override
        public String description() {
            return plural(connections, "idle connection") + " after one message of " + messageBytes + " bytes";
        }
    }

    /// Connections that ask for a download and never read it.
    record Stalled(int connections) implements Load {
        @Override
        public String description() {
            return plural(connections, "reader") + " that never read" + (connections == 1 ? "s" : "");
        }
    }

    /// What clients do to a proxy for UDP; `connections` are clients, each with an address of its own.
    sealed interface OfDatagrams extends Load {}

    /// Datagrams that are sent back, or trains of them (UDP_SEGMENT), so many outstanding for each client.
    ///
    /// @param train how many datagrams leave as one; 1: each for itself
    record Datagrams(int connections, int outstanding, int train, int messageBytes) implements OfDatagrams {
        @Override
        public String description() {
            String what = train == 1 ? "datagrams" : "trains of " + train + " datagrams";
            return plural(connections, "client") + ", " + what + " of " + messageBytes + " bytes, " + outstanding
                    + " outstanding each";
        }
    }

    /// Datagrams at a fixed rate, sent back or not.
    record Paced(int connections, int messageBytes, int perSecond) implements OfDatagrams {
        @Override
        public String description() {
            return plural(connections, "client") + ", datagrams of " + messageBytes + " bytes, " + perSecond + " a second";
        }
    }

    /// Flows that stay, idle after one datagram and its echo.
    record HeldFlows(int connections, int messageBytes) implements OfDatagrams {
        @Override
        public String description() {
            return plural(connections, "idle flow") + " after one datagram of " + messageBytes + " bytes";
        }
    }

    private static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
