package io.sluice.bench.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;

import io.sluice.bench.compare.Certificate;

/// What an upstream of TLS shows: a certificate of its own making. Immutable.
final class ServerCertificate {

    private ServerCertificate() {}

    static SslContext context() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("sluice-bench");
        try {
            Certificate.write(directory);
            return SslContextBuilder.forServer(Certificate.chain(directory).toFile(), Certificate.key(directory).toFile())
                    .sslProvider(SslProvider.OPENSSL)
                    .protocols("TLSv1.2", "TLSv1.3")
                    .build();
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.delete(file);
                }
            }
        }
    }
}
