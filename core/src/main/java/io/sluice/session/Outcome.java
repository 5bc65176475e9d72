package io.sluice.session;

/// Why a session ended: exactly one for each, logged once. Immutable.
public sealed interface Outcome {

    /// nginx's `$status` for it.
    int status();

    /// One word for logs and metrics (`$session_outcome`).
    String label();

    /// A side ended its stream and everything was delivered.
    record Completed(Side first) implements Outcome {

        @Override
        public int status() {
            return 200;
        }

        @Override
        public String label() {
            return first == Side.DOWNSTREAM ? "downstream_closed" : "upstream_closed";
        }
    }

    /// A side reset the connection or its socket failed after it was established.
    record Aborted(Failure failure) implements Outcome {

        @Override
        public int status() {
            return 200;
        }

        @Override
        public String label() {
            String what = failure.kind() == FailureKind.RESET ? "reset" : "error";
            return failure.side() == Side.DOWNSTREAM ? "downstream_" + what : "upstream_" + what;
        }
    }

    /// No upstream connection came about; of UDP, where connecting says nothing, the peer was found not to answer.
    record NotConnected(Failure failure) implements Outcome {

        @Override
        public int status() {
            return switch (failure.kind()) {
                case BAD_TARGET, UNRESOLVED, LOCAL_RESOURCES, SOURCE_UNAVAILABLE -> 500;
                default -> 502;
            };
        }

        @Override
        public String label() {
            return switch (failure.kind()) {
                case CONNECT_REFUSED -> "upstream_refused";
                case CONNECT_TIMED_OUT -> "upstream_connect_timeout";
                case CONNECT_UNREACHABLE -> "upstream_unreachable";
                case HANDSHAKE_FAILED -> "upstream_handshake_failed";
                case LOCAL_RESOURCES -> "local_resources";
                case SOURCE_UNAVAILABLE -> "source_unavailable";
                case UNANSWERED -> "upstream_unanswered";
                case NO_LIVE_PEER -> "no_live_upstream";
                case BAD_TARGET -> "bad_target";
                case UNRESOLVED -> "unresolved";
                case RESET -> "upstream_reset";
                case SOCKET_ERROR -> "upstream_error";
            };
        }
    }

    /// Ends that need no detail.
    enum Plain implements Outcome {
        /// `proxy_timeout` passed without a byte on either side.
        IDLE(200, "idle_timeout"),
        /// Every datagram from downstream was answered by as many as `proxy_responses` says.
        ANSWERED(200, "answered"),
        /// A flow was given up for another one, when there were as many as there may be.
        EVICTED(200, "evicted"),
        /// The configured text was returned.
        RETURNED(200, "returned"),
        /// `deny`.
        DENIED(403, "denied"),
        /// `limit_conn`.
        LIMITED(503, "limited"),
        /// No handler in the server, or an internal fault.
        INTERNAL(500, "internal_error"),
        /// The connection did not begin with a PROXY protocol header.
        BAD_HEADER(400, "bad_proxy_header"),
        /// The client's TLS handshake failed, or `ssl_verify_client` does not let it in.
        HANDSHAKE_FAILED(500, "handshake_failed"),
        /// The drain's deadline passed, or a fast stop.
        DRAINED(200, "drained"),
        /// The downstream side went away before it was connected to an upstream.
        ABANDONED(200, "downstream_gone"),
        /// `worker_connections` are not enough.
        OVERLOADED(500, "worker_connections");

        private final int status;

        private final String label;

        Plain(int status, String label) {
            this.status = status;
            this.label = label;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public String label() {
            return label;
        }
    }
}
