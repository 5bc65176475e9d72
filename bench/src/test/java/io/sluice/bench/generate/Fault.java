package io.sluice.bench.generate;

import java.util.Arrays;

/// What a bad relay does, once, to the bytes at a place of a stream. Immutable.
enum Fault {
    NONE {
        @Override
        byte[] spoil(byte[] piece, int at) {
            return piece;
        }
    },
    ALTERS {
        @Override
        byte[] spoil(byte[] piece, int at) {
            byte[] altered = piece.clone();
            altered[at] ^= 1;
            return altered;
        }
    },
    DROPS {
        @Override
        byte[] spoil(byte[] piece, int at) {
            byte[] rest = Arrays.copyOf(piece, piece.length - 1);
            System.arraycopy(piece, at + 1, rest, at, rest.length - at);
            return rest;
        }
    },
    REPEATS {
        @Override
        byte[] spoil(byte[] piece, int at) {
            byte[] more = Arrays.copyOf(piece, piece.length + 1);
            System.arraycopy(piece, at, more, at + 1, piece.length - at);
            return more;
        }
    },
    /// The first half and what is behind it.
    REORDERS {
        @Override
        byte[] spoil(byte[] piece, int at) {
            byte[] turned = piece.clone();
            int half = (piece.length - at) / 2;
            System.arraycopy(piece, at + half, turned, at, piece.length - at - half);
            System.arraycopy(piece, at, turned, piece.length - half, half);
            return turned;
        }
    },
    /// And nothing more ever comes.
    FALLS_SILENT {
        @Override
        byte[] spoil(byte[] piece, int at) {
            return Arrays.copyOf(piece, at);
        }
    },
    CLOSES {
        @Override
        byte[] spoil(byte[] piece, int at) {
            return Arrays.copyOf(piece, at);
        }
    };

    /// @param at a place in the piece that is not its last
    abstract byte[] spoil(byte[] piece, int at);
}
