package io.sluice.bench.load;

import java.util.List;

/// The documents that clients ask for in turn, and whether their connections are kept. Confined to the load loop, which
/// sends the requests.
final class Documents {

    /// Where in the pattern a document may begin, as five digits say it.
    static final int POSITIONS = Pattern.PERIOD;

    private final int[] bytes;

    private final WebText[] requests;

    private final boolean kept;

    Documents(List<Integer> bodyBytes, boolean kept) {
        this.bytes = bodyBytes.stream().mapToInt(Integer::intValue).toArray();
        this.requests = bodyBytes.stream().map(size -> WebText.documentRequest(size, kept)).toArray(WebText[]::new);
        this.kept = kept;
    }

    int sizes() {
        return bytes.length;
    }

    int bytes(int document) {
        return bytes[document];
    }

    WebText request(int document) {
        return requests[document];
    }

    boolean kept() {
        return kept;
    }
}
