package io.sluice.app.demo;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.http.TestCertificate;
import io.sluice.testing.Eventually;
import io.sluice.testing.Programs;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The chat's page in Chromium, over https and wss, the application without TLS behind the proxy.
class BrowserTest {

    private static final String LOG = "access.log";

    @BeforeEach
    void needsChromium() {
        assumeTrue(Programs.isInstalled("chromium"), "no chromium");
    }

    /// A page around the chat's own looks into it until what was said is there, and tells by a request of its own.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void saysAndHears(Transport transport, @TempDir Path directory) throws Exception {
        String certificate = TestCertificate.make(directory).directives();
        try (ChatServer chat = ChatServer.start();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        map $http_upgrade $connection_upgrade { default upgrade; '' close; }
                        log_format line '$scheme $request_uri $status';
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
                            location = /watch {
                                default_type text/html;
                                return 200 "<iframe id='chat' src='/#hello%%20there'></iframe><script>
                                    setInterval(() => {
                                        const page = document.getElementById('chat').contentDocument;
                                        const said = page && page.querySelector('#said li');
                                        if (said) fetch('/heard?' + encodeURIComponent(said.textContent));
                                    }, 50);
                                    </script>";
                            }
                            location = /heard { return 204; }
                        }
                        """.formatted(certificate, chat.port()))) {
            Process chromium = new ProcessBuilder(
                    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--user-data-dir=" + directory.resolve("profile"), "--ignore-certificate-errors",
                    "--remote-debugging-port=0", "https://localhost:" + proxy.address().getPort() + "/watch")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("chromium.log").toFile())
                    .start();
            try {
                Eventually.await(() -> "the browser tells what it heard:\n" + proxy.file(LOG),
                        () -> proxy.file(LOG).contains("https /heard?hello%20there 204\n"));
            } finally {
                var children = chromium.descendants().toList();
                chromium.destroy();
                children.forEach(ProcessHandle::destroy);
                chromium.waitFor(20, TimeUnit.SECONDS);
            }
            // The upgraded connection's line is written when the browser has gone.
            Eventually.await(() -> "the chat's connection:\n" + proxy.file(LOG),
                    () -> proxy.file(LOG).contains("https /chat 101\n"));
        }
    }
}
