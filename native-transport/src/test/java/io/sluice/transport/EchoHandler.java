package io.sluice.transport;

/// Sends back what comes, and FIN after the last byte. Confined to its loop.
class EchoHandler extends RecordingHandler {

    @Override
    public void onBytes(StreamSocket socket, long address, int length) {
        if (!socket.send(address, length)) {
            socket.pause();
        }
    }

    @Override
    public void onWritable(StreamSocket socket) {
        socket.startBytes();
    }

    @Override
    public void onEnd(StreamSocket socket) {
        socket.shutdownOutput();
        super.onEnd(socket);
    }
}
