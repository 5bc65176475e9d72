package io.sluice.app;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Set;

import io.sluice.transport.linux.Signal;
import io.sluice.transport.linux.SignalFd;

/// Delivers the signals that control the server to one function, one at a time. Thread-safe.
///
/// Under the launcher every signal is blocked and read from a descriptor by a thread that does nothing else. Without it
/// the JVM's own handlers are used; they exist for all but QUIT, by which the JVM dumps its threads.
final class ControlSignals {

    private ControlSignals() {}

    /// Reacts to a signal.
    @FunctionalInterface
    interface Handler {

        /// @param sender the process it came from, 0: unknown
        void onSignal(Signal signal, int sender);
    }

    /// Delivers from now on; returns the signals that can arrive.
    ///
    /// @throws IOException when the process has no descriptor left
    static Set<Signal> deliverTo(Handler handler) throws IOException {
        Set<Signal> all = EnumSet.allOf(Signal.class);
        if (SignalFd.blocked(all)) {
            SignalFd descriptor = SignalFd.open(all);
            Thread.ofPlatform().daemon().name("signals").start(() -> read(descriptor, handler));
            return all;
        }
        Set<Signal> delivered = EnumSet.noneOf(Signal.class);
        for (Signal signal : all) {
            if (signal != Signal.QUIT && handleByJvm(signal, handler)) {
                delivered.add(signal);
            }
        }
        return delivered;
    }

    private static void read(SignalFd descriptor, Handler handler) {
        try (descriptor) {
            while (true) {
                SignalFd.Received received = descriptor.read();
                handler.onSignal(received.signal(), received.sender());
            }
        } catch (IOException e) {
            throw new IllegalStateException("signals cannot be read any more", e);
        }
    }

    /// By reflection: the compiler warns of sun.misc.Signal wherever it is named, and no option silences it.
    private static boolean handleByJvm(Signal signal, Handler handler) {
        try {
            Class<?> signalClass = Class.forName("sun.misc.Signal");
            Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    handlerClass.getClassLoader(), new Class<?>[] {handlerClass}, (_, method, _) -> {
                        if (method.getName().equals("handle")) {
                            synchronized (ControlSignals.class) {
                                handler.onSignal(signal, 0);
                            }
                        }
                        return null;
                    });
            Object jvmSignal = signalClass.getConstructor(String.class).newInstance(signal.name());
            signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, jvmSignal, proxy);
            return true;
        } catch (InvocationTargetException _) {
            return false; // the JVM uses it itself
        } catch (ReflectiveOperationException _) {
            return false; // a JVM without the module jdk.unsupported
        }
    }
}
