package io.sluice.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One `-----BEGIN x-----` block of a PEM file. Immutable.
///
/// @param label what stands after BEGIN
/// @param headers the lines `name: value` of an encrypted traditional key
/// @param base64 the content, known to be well-formed
record PemBlock(String label, Map<String, String> headers, String base64) {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String TAIL = "-----";

    /// The content.
    byte[] der() {
        return Base64.getDecoder().decode(base64);
    }

    /// The blocks of a file, in order; text around them is a comment.
    ///
    /// @throws IllegalArgumentException with OpenSSL's word for the fault
    static List<PemBlock> parse(byte[] file) {
        List<PemBlock> blocks = new ArrayList<>();
        String label = null;
        Map<String, String> headers = new HashMap<>();
        StringBuilder base64 = new StringBuilder();
        for (String raw : new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            String line = raw.strip();
            if (label == null) {
                if (line.startsWith(BEGIN) && line.endsWith(TAIL) && line.length() > BEGIN.length() + TAIL.length()) {
                    label = line.substring(BEGIN.length(), line.length() - TAIL.length());
                }
            } else if (line.startsWith(END)) {
                if (!line.equals(END + label + TAIL)) {
                    throw new IllegalArgumentException("bad end line");
                }
                blocks.add(new PemBlock(label, Map.copyOf(headers), checked(base64)));
                label = null;
                headers.clear();
                base64.setLength(0);
            } else if (line.indexOf(':') > 0) {
                headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
            } else {
                base64.append(line);
            }
        }
        if (label != null) {
            throw new IllegalArgumentException("bad end line");
        }
        return blocks;
    }

    /// A block's text with the last line's end.
    static String format(String label, byte[] der) {
        Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return BEGIN + label + TAIL + '\n' + encoder.encodeToString(der) + '\n' + END + label + TAIL + '\n';
    }

    private static String checked(CharSequence base64) {
        String text = base64.toString();
        try {
            Base64.getDecoder().decode(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad base64 decode", e);
        }
    }
}
