package io.sluice.bench.load;

import java.util.List;
import java.util.stream.Collectors;

/// What clients do to the proxy under test. Immutable.
public sealed interface Load {

    /// The largest message of TCP and WebSocket.
    int MAX_MESSAGE_BYTES = WebSocketClient.MAX_MESSAGE_BYTES;

    /// The smallest message of [Churn], which says its length.
    int MIN_CHURN_BYTES = ChurnClient.HEADER_BYTES + 1;

    /// The smallest datagram, which says what it is.
    int MIN_DATAGRAM_BYTES = DatagramClients.HEADER_BYTES;

    /// The most that one datagram, or the datagrams of a train together, may have.
    int MAX_DATAGRAM_BYTES = 65_507;

    /// The most datagrams of a train, udp(7).
    int MAX_TRAIN = 64;

    /// The largest response: the upstream makes it in memory.
    int MAX_BODY_BYTES = 16 * 1024 * 1024;

    /// How many connections there are at once.
    int connections();

    /// What the load is, for people.
    String description();

    /// Which way bulk goes. Immutable.
    enum Direction {
        /// From the upstream to the client.
        DOWN,
        /// From the client to the upstream, which compares every byte and acknowledges it.
        UP,
        /// Up, and all of it back again.
        BOTH
    }

    /// Bulk without end.
    ///
    /// @param verified of downloads, every byte is compared; otherwise the kernel drops them uncopied (MSG_TRUNC) and they
    ///     are counted
    record Bulk(int connections, Direction direction, boolean verified) implements Load {

        /// Downloads.
        public Bulk(int connections, boolean verified) {
            this(connections, Direction.DOWN, verified);
        }

        @Override
        public String description() {
            return switch (direction) {
                case DOWN -> plural(connections, "download") + (verified ? ", every byte compared" : "");
                case UP -> plural(connections, "upload") + ", every byte compared";
                case BOTH -> plural(connections, "upload") + " that come" + (connections == 1 ? "s" : "") + " back, every byte compared";
            };
        }
    }

    /// Messages that are sent back.
    ///
    /// @param outstanding messages on their way on each connection
    record Echo(int connections, int messageBytes, int outstanding) implements Load {

        /// One outstanding.
        public Echo(int connections, int messageBytes) {
            this(connections, messageBytes, 1);
        }

        @Override
        public String description() {
            return plural(connections, "connection") + ", messages of " + messageBytes + " bytes, " + number(outstanding)
                    + " outstanding each";
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

    /// Requests for documents, one outstanding on each connection.
    ///
    /// @param bodySizes of the responses, in turn
    /// @param kept connections are kept; otherwise each is for one request, and the far end closes it
    record Requests(int connections, List<Integer> bodySizes, boolean kept) implements Load {

        /// Copies.
        public Requests {
            bodySizes = List.copyOf(bodySizes);
        }

        /// Of one size, on kept connections.
        public Requests(int connections, int bodyBytes) {
            this(connections, List.of(bodyBytes), true);
        }

        @Override
        public String description() {
            String sizes = bodySizes.stream().map(String::valueOf).collect(Collectors.joining(", "));
            String requests = "GET requests answered by " + sizes + " bytes";
            return kept
                    ? plural(connections, "connection") + " that " + (connections == 1 ? "is" : "are") + " kept, " + requests
                            + ", one outstanding each"
                    : plural(connections, "connection") + " at a time, " + requests + ", one on each";
        }
    }

    /// Messages that are sent back through connections that were upgraded, each a frame.
    ///
    /// @param outstanding messages on their way on each connection
    record WebSocketEcho(int connections, int messageBytes, int outstanding) implements Load {

        /// One outstanding.
        public WebSocketEcho(int connections, int messageBytes) {
            this(connections, messageBytes, 1);
        }

        @Override
        public String description() {
            return plural(connections, "WebSocket") + ", messages of " + messageBytes + " bytes, " + number(outstanding)
                    + " outstanding each";
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
    ///
    /// @param verified every byte is compared
    record SecureBulk(int connections, boolean verified) implements Load {

        /// Not compared.
        public SecureBulk(int connections) {
            this(connections, false);
        }

        @Override
        public String description() {
            return plural(connections, "download") + " by TLS 1.3" + (verified ? ", every byte compared" : "");
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

    /// Datagrams or trains of them at a fixed rate, sent back or not.
    ///
    /// @param train how many datagrams leave as one; 1: each for itself
    record Paced(int connections, int train, int messageBytes, double perSecond) implements OfDatagrams {

        /// Datagrams.
        public Paced(int connections, int messageBytes, int perSecond) {
            this(connections, 1, messageBytes, perSecond);
        }

        @Override
        public String description() {
            String what = train == 1 ? "datagrams" : "trains of " + train + " datagrams";
            return "%s, %s of %d bytes, %.0f a second".formatted(plural(connections, "client"), what, messageBytes, perSecond);
        }
    }

    /// Flows that stay, idle after one datagram and its echo.
    record HeldFlows(int connections, int messageBytes) implements OfDatagrams {
        @Override
        public String description() {
            return plural(connections, "idle flow") + " after one datagram of " + messageBytes + " bytes";
        }
    }

    private static String number(int count) {
        return count == 1 ? "one" : String.valueOf(count);
    }

    private static String plural(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
