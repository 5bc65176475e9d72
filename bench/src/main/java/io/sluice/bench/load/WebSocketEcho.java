package io.sluice.bench.load;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Sends each frame of a client back, unmasked as an upstream's frames are. Confined to the load loop.
///
/// The memory that a frame arrived in is where its answer is made: an answer is shorter than what it answers by the mask, so
/// all frames of one piece leave as one.
final class WebSocketEcho {

    private final SocketLoop loop;

    private final WebSocketFrames.Header header = new WebSocketFrames.Header();

    /// Of the present frame, behind its header.
    private long payloadDone;

    private boolean headerSent;

    WebSocketEcho(SocketLoop loop) {
        this.loop = loop;
    }

    /// Takes a piece of what the client sends.
    ///
    /// @return false when the answer had to be kept, as [StreamSocket#send] says
    boolean echo(StreamSocket socket, long address, int length) {
        boolean taken = true;
        long out = address;
        long outBegin = address;
        int done = 0;
        while (done < length || (header.isWhole() && !headerSent)) {
            if (!header.isWhole()) {
                done += header.take(address + done, length - done);
                continue;
            }
            if (!headerSent) {
                long memory = loop.addressScratch();
                int bytes = WebSocketFrames.putHeader(memory, header.payloadBytes());
                if (out + bytes > address + done) {
                    // Most of the client's header came with an earlier piece: there is no room for the answer's.
                    if (out > outBegin) {
                        taken &= socket.send(outBegin, (int) (out - outBegin));
                    }
                    taken &= socket.send(memory, bytes);
                    out = address + done;
                    outBegin = out;
                } else {
                    NativeMemory.copy(memory, out, bytes);
                    out += bytes;
                }
                headerSent = true;
            }
            int part = (int) Math.min(length - done, header.payloadBytes() - payloadDone);
            WebSocketFrames.mask(address + done, out, part, header.isMasked() ? header.mask() : 0, payloadDone);
            out += part;
            done += part;
            payloadDone += part;
            if (payloadDone == header.payloadBytes()) {
                header.reset();
                headerSent = false;
                payloadDone = 0;
            }
        }
        if (out > outBegin) {
            taken &= socket.send(outBegin, (int) (out - outBegin));
        }
        return taken;
    }
}
