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
/// @param der what the base64 says
record PemBlock(String label, Map<String, String> headers, byte[] der) {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String TAIL = "-----";

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
                blocks.add(new PemBlock(label, Map.copyOf(headers), decode(base64)));
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

    private static byte[] decode(CharSequence base64) {
        try {
            return Base64.getDecoder().decode(base64.toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad base64 decode", e);
        }
    }
}
