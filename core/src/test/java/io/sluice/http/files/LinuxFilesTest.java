package io.sluice.http.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.sluice.transport.channel.FileSection;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;

import static org.assertj.core.api.Assertions.assertThat;

/// The machine's own files.
class LinuxFilesTest {

    private final LinuxFiles files = new LinuxFiles(new LinuxCalls());

    private Path directory = Path.of("");

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("files").toRealPath();
    }

    @AfterEach
    void removeDirectory() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void aFileHasSizeAndTime() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "hello");
        Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(784111777)));
        FileStatus expected = FileStatus.of(FileStatus.Kind.REGULAR, 5, 784111777);
        assertThat(files.status(path.toString())).isEqualTo(expected);
        OpenedFile file = files.open(path.toString());
        assertThat(file.status()).isEqualTo(expected);
        FileSection section = file.section(1, 3);
        file.close();
        assertThat(isOpen(path)).isTrue();
        assertThat(section.position()).isEqualTo(1);
        assertThat(section.count()).isEqualTo(3);
        section.release();
        assertThat(isOpen(path)).isFalse();
    }

    @Test
    void whatIsOpenIsWhatWasOpened() throws IOException {
        Path path = Files.writeString(directory.resolve("a"), "hello");
        OpenedFile file = files.open(path.toString());
        Files.delete(path);
        Files.createDirectory(path);
        assertThat(file.status().size()).isEqualTo(5);
        file.close();
    }

    /// The shell makes the name, since this JVM's encoding of names may not have it.
    @Test
    void namesAreBytes() throws Exception {
        String command = "printf hello > \"$(printf '" + directory + "/\\377\\303\\274')\"";
        assertThat(new ProcessBuilder("sh", "-c", command).start().waitFor()).isZero();
        assertThat(files.status(directory + "/\u00ff\u00c3\u00bc").size()).isEqualTo(5);
        assertThat(files.realPath(directory + "/\u00ff\u00c3\u00bc")).isEqualTo(directory + "/\u00ff\u00c3\u00bc");
        assertThat(new ProcessBuilder("sh", "-c", "rm " + directory + "/*").start().waitFor()).isZero();
    }

    @Test
    void directoriesAndPipesAreNotOpened() throws Exception {
        assertThat(files.open(directory.toString()).status().kind()).isEqualTo(FileStatus.Kind.DIRECTORY);
        assertThat(isOpen(directory)).isFalse();
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThat(files.open(pipe.toString()).status().kind()).isEqualTo(FileStatus.Kind.OTHER);
        assertThat(isOpen(pipe)).isFalse();
    }

    @Test
    void errors() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "hello");
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
        assertThat(files.open(directory + "/nothing").status()).isEqualTo(FileStatus.failed("open()", Errno.ENOENT));
        assertThat(files.open(file + "/x").status().error()).isEqualTo(Errno.ENOTDIR);
        assertThat(files.status(file + "/x")).isEqualTo(FileStatus.failed("stat()", Errno.ENOTDIR));
        assertThat(files.open(loop.toString()).status().error()).isEqualTo(Errno.ELOOP);
        assertThat(files.open(directory + "/" + "x".repeat(300)).status().error()).isEqualTo(Errno.ENAMETOOLONG);
        assertThat(files.open(directory + "/x".repeat(3000)).status().error()).isEqualTo(Errno.ENAMETOOLONG);
    }

    @Test
    void aZeroByteDoesNotEndAPath() throws IOException {
        Path file = Files.writeString(directory.resolve("a"), "hello");
        assertThat(files.open(file + "\0.html").status().error()).isEqualTo(Errno.ENOENT);
        assertThat(files.status(file + "\0.html").error()).isEqualTo(Errno.ENOENT);
        assertThat(files.realPath(file + "\0.html")).isNull();
    }

    @Test
    void aRealPathHasNoLinks() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        assertThat(files.realPath(link + "/../link")).isEqualTo(target.toString());
        assertThat(files.realPath(directory + "/nothing")).isNull();
    }

    private static boolean isOpen(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.anyMatch(each -> {
                try {
                    return Files.readSymbolicLink(each).equals(file);
                } catch (IOException _) {
                    return false;
                }
            });
        }
    }
}
