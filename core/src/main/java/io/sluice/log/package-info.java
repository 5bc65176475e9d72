/// Error logs and access logs: formats, files, syslog, and the one thread that writes.
///
/// Entry: [Logs], one for the process; [LogSet], the logs of one generation, gives each server its [ErrorLog] and its
/// [AccessLogs]. Logging never blocks and never throws: a worker copies what a line needs into an entry of a bounded
/// queue, and when the queue is full the line is dropped and counted. An access log line costs its worker two small
/// objects and what its variables allocate. Layer 3.
@NullMarked
package io.sluice.log;

import org.jspecify.annotations.NullMarked;
