package io.sluice.http.files;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

import io.sluice.config.model.LocationOptions.ResponseOptions.ServerTokens;

/// The pages that stand in for a response, by status. Immutable.
///
/// They have the shape of nginx's, under our own name. All are made once; an array is shared by all who ask and not to be
/// changed.
public final class ErrorBodies {

    /// The type of every page.
    public static final String CONTENT_TYPE = "text/html";

    private static final String NAME = "sluice";

    private static final byte[] NONE = {};

    private static final String PADDING =
            "<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n".repeat(6);

    private static final int FIRST_ERROR = 400;

    private static final int HEADER_TOO_LARGE = 494;

    private static final int CERTIFICATE_ERROR = 495;

    private static final int NO_CERTIFICATE = 496;

    private static final int PLAIN_TO_TLS = 497;

    private static final int CANCELED = 498;

    private static final int[] PLAIN_PAGES = {
        301, 302, 303, 307, 308,
        400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 421, 429,
        500, 501, 502, 503, 504, 505, 507
    };

    /// A page without and with padding.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Page(byte[] plain, byte[] padded) {}

    private final Map<ServerTokens, Map<Integer, Page>> pages = new EnumMap<>(ServerTokens.class);

    private final Map<ServerTokens, String> serverNames = new EnumMap<>(ServerTokens.class);

    /// @param version the program's
    /// @param build what `server_tokens build` adds; may be empty
    public ErrorBodies(String version, String build) {
        String full = NAME + "/" + version;
        serverNames.put(ServerTokens.OFF, NAME);
        serverNames.put(ServerTokens.ON, full);
        serverNames.put(ServerTokens.BUILD, build.isEmpty() ? full : full + " (" + build + ")");
        serverNames.forEach((tokens, name) -> pages.put(tokens, pages(name)));
    }

    /// What the `Server` field says.
    public String serverName(ServerTokens tokens) {
        return serverNames.getOrDefault(tokens, NAME);
    }

    /// The page for a status; empty when there is none, and the response has no `Content-Type` then.
    ///
    /// @param padded see [#wantsPadding]; only errors are
    public byte[] of(int status, ServerTokens tokens, boolean padded) {
        Page page = pages.getOrDefault(tokens, Map.of()).get(status);
        if (page == null) {
            return NONE;
        }
        return padded ? page.padded() : page.plain();
    }

    /// The status that is told: those of nginx's own that concern a bad request become 400.
    public static int statusToTell(int status) {
        return switch (status) {
            case HEADER_TOO_LARGE, CERTIFICATE_ERROR, NO_CERTIFICATE, PLAIN_TO_TLS -> 400;
            default -> status;
        };
    }

    /// Whether a browser of this name shows its own page in place of a short one, so that `msie_padding` is for it.
    public static boolean wantsPadding(String userAgent) {
        if (userAgent.contains("Opera")) {
            return false;
        }
        int explorer = userAgent.indexOf("MSIE ");
        if (explorer >= 0 && explorer + 7 < userAgent.length()) {
            return true;
        }
        return userAgent.contains("Chrome/") && !userAgent.contains("Gecko/");
    }

    private static Map<Integer, Page> pages(String serverName) {
        Map<Integer, Page> pages = new HashMap<>();
        for (int status : PLAIN_PAGES) {
            String title = title(status);
            pages.put(status, page(status, title, title, "", serverName));
        }
        pages.put(HEADER_TOO_LARGE, badRequest(HEADER_TOO_LARGE, "Request Header Or Cookie Too Large", serverName));
        pages.put(CERTIFICATE_ERROR, badRequest(CERTIFICATE_ERROR, "The SSL certificate error", serverName));
        pages.put(NO_CERTIFICATE, badRequest(NO_CERTIFICATE, "No required SSL certificate was sent", serverName));
        pages.put(PLAIN_TO_TLS,
                badRequest(PLAIN_TO_TLS, "The plain HTTP request was sent to HTTPS port", serverName));
        pages.put(CANCELED, page(CANCELED, title(404), title(404), "", serverName));
        return Map.copyOf(pages);
    }

    /// Some pages word it differently from the status line.
    private static String title(int status) {
        String reason = switch (status) {
            case 302 -> "Found";
            case 401 -> "Authorization Required";
            default -> StatusLine.reason(status);
        };
        return status + " " + reason;
    }

    private static Page badRequest(int status, String what, String serverName) {
        return page(status, "400 " + what, "400 Bad Request", "<center>" + what + "</center>\r\n", serverName);
    }

    private static Page page(int status, String title, String heading, String below, String serverName) {
        String text = "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + heading
                + "</h1></center>\r\n" + below + "<hr><center>" + serverName + "</center>\r\n</body>\r\n</html>\r\n";
        byte[] plain = text.getBytes(StandardCharsets.US_ASCII);
        byte[] padded = status < FIRST_ERROR ? plain : (text + PADDING).getBytes(StandardCharsets.US_ASCII);
        return new Page(plain, padded);
    }
}
