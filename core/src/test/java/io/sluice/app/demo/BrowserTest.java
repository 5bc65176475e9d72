package io.sluice.app.demo;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.http.TestCertificate;
import io.sluice.testing.Programs;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The chat's page in Chromium, over https and wss, the application without TLS behind the proxy.
class BrowserTest {

    @BeforeEach
    void needsChromium() {
        assumeTrue(Programs.isInstalled("chromium"), "no chromium");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysAndHears(Transport transport, @TempDir Path directory) throws Exception {
        String certificate = TestCertificate.make(directory).directives();
        try (ChatServer chat = ChatServer.start();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        map $http_upgrade $connection_upgrade { default upgrade; '' close; }
                        log_format line '$scheme $uri $status';
                        access_log ${dir}/access.log line;
                        server {
                            listen 127.0.0.1:0 ssl;
                            %s
                            location / {
                                proxy_pass http://127.0.0.1:%d;
                                proxy_http_version 1.1;
                                proxy_set_header Upgrade $http_upgrade;
                                proxy_set_header Connection $connection_upgrade;
                            }
                        }
                        """.formatted(certificate, chat.port()))) {
            String page = Programs.output(directory, "", List.of(
                    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--user-data-dir=" + directory.resolve("profile"), "--ignore-certificate-errors",
                    "--virtual-time-budget=10000", "--dump-dom",
                    "https://localhost:" + proxy.address().getPort() + "/#hello%20there"));
            assertThat(page).contains("connected to wss://localhost:", "<li>hello there</li>");
            assertThat(proxy.awaitLines("access.log", 2)).contains("https / 200").contains("https /chat 101");
        }
    }
}
