package io.sluice.tcp;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `access_log` and `error_log` of servers.
class LoggingTest {

    private static final int TIMEOUT_MILLIS = 20_000;

    private static final int MAX_DATAGRAM_BYTES = 2048;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBufferIsWrittenWhenTheServerStops(Transport transport, @TempDir Path directory) throws IOException {
        Path log = directory.resolve("buffered.log");
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$status';
                access_log %s end buffer=64k;
                server { listen 127.0.0.1:0; return x; }
                """.formatted(log))) {
            read(proxy, 0);
            proxy.awaitNoSessions();
            assertThat(log).isEmptyFile();
        }
        assertThat(log).hasContent("200");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBufferIsFlushedAfterItsTime(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$status';
                access_log ${dir}/access.log end buffer=64k flush=100ms;
                server { listen 127.0.0.1:0; return x; }
                """)) {
            read(proxy, 0);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void severalLogsConditionsAndOff(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                map $server_port $no { default 0; }
                map $server_port $empty { default ''; }
                map $server_port $yes { default on; }
                log_format end '$name';
                access_log ${dir}/inherited.log end;
                server {
                    listen 127.0.0.1:0; set $name several;
                    access_log ${dir}/one.log end; access_log ${dir}/two.log end if=$yes;
                    access_log ${dir}/never.log end if=$no; access_log ${dir}/never.log end if=$empty;
                    return x;
                }
                server { listen 127.0.0.1:0; set $name off; access_log off; return x; }
                server { listen 127.0.0.1:0; set $name last; return x; }
                """)) {
            for (int i = 0; i < 3; i++) {
                read(proxy, i);
            }
            // One writer writes all lines in their order: once the last is there, no other can come.
            assertThat(proxy.awaitLines("inherited.log", 1)).containsExactly("last");
            assertThat(proxy.awaitLines("one.log", 1)).containsExactly("several");
            assertThat(proxy.awaitLines("two.log", 1)).containsExactly("several");
            assertThat(proxy.file("never.log")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFileNamedByAVariable(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$status';
                access_log ${dir}/$name.log end;
                server { listen 127.0.0.1:0; set $name one; return x; }
                server { listen 127.0.0.1:0; set $name two; return x; }
                """)) {
            read(proxy, 0);
            read(proxy, 1);
            assertThat(proxy.awaitLines("one.log", 1)).containsExactly("200");
            assertThat(proxy.awaitLines("two.log", 1)).containsExactly("200");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void syslog(Transport transport) throws IOException {
        try (DatagramSocket syslog = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$status $protocol';
                        access_log syslog:server=127.0.0.1:%d,tag=sluice_test,severity=info end;
                        server { listen 127.0.0.1:0; return x; }
                        """.formatted(syslog.getLocalPort()))) {
            syslog.setSoTimeout(TIMEOUT_MILLIS);
            read(proxy, 0);
            DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
            syslog.receive(packet);
            String message = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            // local7.info
            assertThat(message).startsWith("<190>").endsWith(" sluice_test: 200 TCP");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServersErrorLogReplacesTheProcesss(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, """
                server { listen 127.0.0.1:0; error_log ${dir}/own.log error; proxy_pass %1$s; }
                server { listen 127.0.0.1:0; error_log ${dir}/crit.log crit; proxy_pass %1$s; }
                server { listen 127.0.0.1:0; proxy_pass %1$s; }
                """.formatted(nobody))) {
            for (int i = 0; i < 3; i++) {
                try (Socket socket = proxy.connect(i)) {
                    assertThat(Wire.readAll(socket)).isEmpty();
                }
            }
            proxy.awaitErrorLog("*3 connect() failed (111: Connection refused)");
            assertThat(proxy.awaitLines("own.log", 1)).singleElement().asString()
                    .contains("[error]").contains("*1 connect() failed (111: Connection refused)");
            assertThat(Files.exists(proxy.directory().resolve("crit.log"))).isTrue();
            assertThat(proxy.file("crit.log")).isEmpty();
            assertThat(proxy.errorLog()).doesNotContain("*1 connect()").doesNotContain("*2 connect()");
        }
    }

    private static void read(RunningProxy proxy, int listener) throws IOException {
        try (Socket socket = proxy.connect(listener)) {
            assertThat(Wire.readAll(socket)).isEqualTo("x");
        }
    }
}
