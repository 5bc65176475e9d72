package io.sluice.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.app.demo.ChatServer;
import io.sluice.testing.Programs;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The `ws` client of npm, over ws and wss. The package is fetched into `.build` once; without npm or a registry the test is
/// skipped.
class NodeWebSocketTest {

    private static final String PACKAGE = "ws@8.18.0";

    private static final Path HOME = Path.of("..", ".build", "node").toAbsolutePath().normalize();

    /// Two members of a chat: what one says, both hear, whole; a ping is answered; the close is a clean one.
    private static final String SCRIPT = """
            const WebSocket = require('ws');
            const fs = require('fs');
            const [url, authority] = process.argv.slice(2);
            const options = url.startsWith('wss') ? { ca: fs.readFileSync(authority) } : {};
            const long = 'x'.repeat(60000);
            const members = [new WebSocket(url, options), new WebSocket(url, options)];
            const opened = members.map(member => new Promise((done, failed) => {
              member.on('open', done);
              member.on('error', failed);
            }));
            const heard = members.map(member => new Promise(done => {
              const texts = [];
              member.on('message', data => { texts.push(data.toString()); if (texts.length === 2) done(texts); });
            }));
            const closed = members.map(member => new Promise(done => member.on('close', code => done(code))));
            (async () => {
              await Promise.all(opened);
              const pong = new Promise(done => members[0].on('pong', data => done(data.toString())));
              members[0].ping('are you there');
              console.log('pong ' + await pong);
              members[0].send('hello');
              members[0].send(long);
              for (const texts of await Promise.all(heard)) {
                console.log(texts[0] + ' ' + (texts[1] === long));
              }
              members.forEach(member => member.close(1000));
              console.log('closed ' + (await Promise.all(closed)).join(' '));
            })().catch(error => { console.error(error); process.exit(1); });
            """;

    @BeforeAll
    static void fetch() throws Exception {
        assumeTrue(Programs.isInstalled("node") && Programs.isInstalled("npm"), "no node or no npm");
        if (!Files.isDirectory(HOME.resolve("node_modules/ws"))) {
            Files.createDirectories(HOME);
            Process npm = new ProcessBuilder(
                    "npm", "install", "--no-audit", "--no-fund", "--no-save", "--prefix", HOME.toString(), PACKAGE)
                    .directory(HOME.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(HOME.resolve("npm.log").toFile())
                    .start();
            assumeTrue(npm.waitFor() == 0, "npm cannot fetch " + PACKAGE + ", see .build/node/npm.log");
        }
        Files.writeString(HOME.resolve("chat.js"), SCRIPT);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void twoMembersOfAChat(Transport transport) throws Exception {
        TestCertificate certificate = TestCertificate.make(Files.createTempDirectory(HOME, "certificate"));
        try (ChatServer chat = ChatServer.start();
                RunningProxy proxy = RunningProxy.startHttp(
                        transport, """
                    access_log off;
                    map $http_upgrade $connection_upgrade { default upgrade; '' close; }
                    server {
                        listen 127.0.0.1:0;
                        listen 127.0.0.1:0 ssl;
                        %s
                        location / {
                            proxy_pass http://127.0.0.1:%d;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection $connection_upgrade;
                        }
                    }
                    """.formatted(certificate.directives(), chat.port()))) {
            for (String url : List.of(
                    "ws://localhost:" + proxy.address(0).getPort() + "/chat",
                    "wss://localhost:" + proxy.address(1).getPort() + "/chat")) {
                assertThat(Programs.output(HOME, "", List.of("node", "chat.js", url, certificate.certificate().toString())))
                        .isEqualTo("pong are you there\nhello true\nhello true\nclosed 1000 1000\n");
            }
            proxy.awaitNoSessions();
        }
    }
}
