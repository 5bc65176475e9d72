#!/bin/sh
# Shows what a host of many connections needs from its kernel: each setting as it is, as Sluice would have it, and why.
# Changes nothing unless it is told to.
#
#   scripts/tune-host.sh                        shows everything
#   scripts/tune-host.sh --apply                sets what is short of it, until the next boot
#   scripts/tune-host.sh --persist              sets it, and writes /etc/sysctl.d/90-sluice.conf for later boots
#   scripts/tune-host.sh --apply net.ipv4 irq   only what has a name that begins so
#
# What is larger than it need be stays as it is; what a container may not set is skipped and said. Exit code: 0, or 1 when
# something could not be set, or 2 when the command line is wrong.
#
# Environment: HOST_ROOT   a directory with proc, sys and etc to look at, instead of the host's own
set -u

persistent=etc/sysctl.d/90-sluice.conf

# Messages behind the exit code, the first argument.
fail() {
    code=$1
    shift
    printf 'tune-host: %s\n' "$@" >&2
    exit "$code"
}

# Whether a name was asked for; everything is when none was given.
is_wanted() {
    [ -n "$names" ] || return 0
    for prefix in $names; do
        case $1 in "$prefix"*) return 0 ;; esac
    done
    return 1
}

# Sets $now to what $file has, with single blanks between numbers.
read_now() {
    now=$(tr '\t' ' ' <"$file" 2>/dev/null)
}

# Begins with the setting $1 for the reason $2: $setting, $reason, $file and $now. False when there is nothing to compare.
begin() {
    is_wanted "$1" || return 1
    setting=$1
    reason=$2
    file=$root/proc/sys/$(printf '%s' "$1" | tr . /)
    shown=$((shown + 1))
    if [ ! -r "$file" ]; then
        printf '%s: not here, by an older kernel or because the host keeps it to itself\n' "$setting"
        explain
        return 1
    fi
    read_now
    before=$now
}

explain() {
    [ -z "$reason" ] || printf '%s\n' "$reason" | fold -s -w 116 | sed 's/ *$//; s/^/    /'
}

tell() {
    printf '%s: %s, %s\n' "$setting" "$before" "$1"
    explain
}

enough() {
    kept="$kept$setting = $now
"
    tell "is enough"
}

# Writes $1 to $file; what went wrong is on standard output.
write_setting() {
    { printf '%s\n' "$1" >"$file"; } 2>&1
}

# Has $setting be $1, or says that it should be. False when it cannot be.
change() {
    if [ -z "$apply" ]; then
        short=$((short + 1))
        tell "should be $1"
    elif error=$(write_setting "$1"); then
        read_now
        tell "is $now now"
    else
        failed=$((failed + 1))
        tell "cannot be set to $1 here (${error##*: })"
        return 1
    fi
}

# As change, for a setting that later boots are to have too.
change_sysctl() {
    ! change "$1" || kept="$kept$setting = $1
"
}

at_least() {
    begin "$1" "$3" || return 0
    if [ "$now" -ge "$2" ]; then enough; else change_sysctl "$2"; fi
}

exactly() {
    begin "$1" "$3" || return 0
    if [ "$now" -eq "$2" ]; then enough; else change_sysctl "$2"; fi
}

# 0 is no limit.
at_least_or_unlimited() {
    begin "$1" "$3" || return 0
    if [ "$now" -eq 0 ] || [ "$now" -ge "$2" ]; then enough; else change_sysctl "$2"; fi
}

with_bits() {
    begin "$1" "$3" || return 0
    if [ $((now & $2)) -eq "$2" ]; then enough; else change_sysctl $((now | $2)); fi
}

# The last of three numbers; the others stay.
with_maximum() {
    begin "$1" "$3" || return 0
    maximum=$2
    # shellcheck disable=SC2086 # three words
    set -- $now
    if [ "$3" -ge "$maximum" ]; then enough; else change_sysctl "$1 $2 $maximum"; fi
}

with_range() {
    begin "$1" "$4" || return 0
    if [ "${now%% *}" -le "$2" ] && [ "${now##* }" -ge "$3" ]; then enough; else change_sysctl "$2 $3"; fi
}

# What has a price that only the host's owner can weigh.
left_alone() {
    begin "$1" "$2" || return 0
    tell "is left to you"
}

settings() {
    at_least net.core.somaxconn 65535 \
        "The most that backlog= of listen gets (511 unless it asks for more). A connection that finds the queue full is dropped, and its client tries again a second later."
    at_least net.ipv4.tcp_max_syn_backlog 65535 \
        "Handshakes under way on one listener, where SYN cookies are off (net.ipv4.tcp_syncookies 0); with cookies only the backlog counts."
    with_range net.ipv4.ip_local_port_range 10000 65535 \
        "Ports of connections to upstreams and of flows. TCP uses each once for every upstream server, UDP once in all: as Linux comes that is 28,232. Services that listen within it belong in net.ipv4.ip_local_reserved_ports."
    exactly net.ipv4.tcp_tw_reuse 1 \
        "A connection to an upstream may take a port that has been in TIME_WAIT for a second. Otherwise (2: on loopback only) a proxy that closes first makes ports / 60 s connections a second to each upstream server."
    at_least fs.nr_open 2097152 \
        "The most that worker_rlimit_nofile and ulimit -n may be. A session takes two descriptors, a flow one, a pipe two."
    at_least fs.file-max 4194304 \
        "Open files of all processes together; beyond it accepts fail."
    at_least net.core.rmem_max 16777216 \
        "The most that rcvbuf= gets without CAP_NET_ADMIN. Sluice asks for 4 MiB for a socket of datagrams, as large a burst as that is not lost."
    at_least net.core.wmem_max 16777216 \
        "The same for sndbuf=."
    with_maximum net.ipv4.tcp_rmem 16777216 \
        "How far the kernel may open a receive window: bandwidth times round trip, 12 MB for 1 Gbit/s over 100 ms. With rcvbuf= a window does not grow at all."
    with_maximum net.ipv4.tcp_wmem 16777216 \
        "The same for what is sent and not acknowledged yet."
    at_least net.core.netdev_max_backlog 16384 \
        "Packets that wait for a processor on loopback, on veth and with RPS. The second column of /proc/net/softnet_stat counts what did not fit."
    exactly net.ipv4.tcp_migrate_req 1 \
        "When one of the sockets that share a port (SO_REUSEPORT) closes, the connections in its queue go to another one. Sluice itself keeps its sockets when it reloads; this is for the end of one of two processes on a port."
    exactly net.ipv4.tcp_slow_start_after_idle 0 \
        "A connection that was silent (a WebSocket, one kept to an upstream) goes on with the window it had, instead of slowly again."
    with_bits net.ipv4.tcp_fastopen 3 \
        "fastopen= of listen has no effect without bit 2; where no listen has it nothing changes."
    at_least fs.pipe-max-size 1048576 \
        "A long transfer goes through a pipe that grows to 1 MiB."
    at_least_or_unlimited fs.pipe-user-pages-soft 262144 \
        "Pages in all pipes of one user who is not root; Sluice takes half of them. As Linux comes (16384) that is 32 pipes of 1 MiB or 512 of 64 KiB, and transfers beyond them are copied. The pages are kernel memory: 262144 are 1 GiB."
    left_alone kernel.io_uring_disabled \
        "With 0 Sluice takes io_uring, which needs fewer calls; with 1 or 2 it takes epoll and says so at start. It is a matter of the host's security."
    left_alone net.core.busy_poll \
        "Microseconds that epoll_wait(2) looks at the card's queue itself before it sleeps; 50 is usual. Less latency with a card that can do it, for processors that are never idle."
    left_alone net.core.busy_read \
        "The same for reads that block. Sluice has none."
    left_alone net.netfilter.nf_conntrack_max \
        "Connections that the firewall tracks, two for each session; packets of further ones are dropped. Rules that do not track the proxy's ports (notrack) cost less than a large table."
}

# One word for each processor of a list such as 0-3,8.
processors_of() {
    for part in $(printf '%s' "$1" | tr , ' '); do
        seq "${part%-*}" "${part#*-}"
    done
}

# The interrupts of the card whose device is $1, one a line: number, queue, name. Others than those of queues are left out.
queues_of() {
    for path in "$1"/msi_irqs/*; do
        irq=${path##*/}
        name=$(sed -n "s/^ *$irq:.* //p" "$root/proc/interrupts" 2>/dev/null)
        case $name in
            '' | *config* | *control* | *async* | *mgmnt* | *misc* | *mbx* | *aeq* | *event*) continue ;;
        esac
        numbered=${name%%@*}
        printf '%s %s %s\n' "$irq" "${numbered##*[!0-9]}" "$name"
    done | awk 'NF == 3' | sort -n
}

# The n-th queue of each card to the n-th processor near it.
interrupts() {
    is_wanted irq || return 0
    shown=$((shown + 1))
    cards=
    for link in "$root"/sys/class/net/*/device; do
        [ -e "$link" ] || continue
        interface=${link%/device}
        interface=${interface##*/}
        device=$link
        # The interrupts of a virtio device are its bus's.
        case $(readlink "$link/subsystem") in */virtio) device=$link/.. ;; esac
        [ -d "$device/msi_irqs" ] || continue
        cards="$cards $interface"
        spread "$interface" "$device"
    done
    [ -n "$cards" ] || printf 'irq: no network card with queues of its own here\n'
    printf '    %s\n' "Packets are taken in by the processor that their queue interrupts: with all queues on one, it is full first." \
        "irqbalance moves interrupts again; stop it. They are not kept over a boot: run --apply irq then."
}

# Spreads the queues of interface $1, whose device is $2.
spread() {
    queues=$(queues_of "$2")
    count=$(printf '%s\n' "$queues" | awk '{ print $2 }' | sort -u | grep -c .)
    if [ "$count" -lt 2 ]; then
        printf 'irq: %s has %s queue, nothing to spread\n' "$1" "$count"
        return
    fi
    near=$(cat "$2/local_cpulist" 2>/dev/null)
    [ -n "$near" ] || near=$(cat "$root/sys/devices/system/cpu/online")
    # shellcheck disable=SC2046 # a word for each
    set -- "$1" $(processors_of "$near")
    while read -r irq queue name; do
        setting="irq $irq ($1 $name)"
        reason=
        file=$root/proc/irq/$irq/smp_affinity_list
        read_now
        before=$now
        place=$((queue % ($# - 1) + 2))
        eval "processor=\${$place}"
        if [ "$now" = "$processor" ]; then
            tell "is its own processor"
        else
            change "$processor"
        fi
    done <<END
$queues
END
}

# Keeps what was found or made right for later boots.
persist() {
    mkdir -p "$root/${persistent%/*}" && {
        printf '# Written by Sluice'"'"'s tune-host.sh, which says what each is for.\n'
        printf '%s' "$kept"
    } >"$root/$persistent" || fail 1 "cannot write to $root/$persistent"
    printf '\n%s has them for later boots.\n' "$root/$persistent"
}

root=${HOST_ROOT:-}
root=${root%/}
apply=
persist=
names=
for argument; do
    case $argument in
        -h | --help)
            sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"
            exit 0
            ;;
        --apply) apply=yes ;;
        --persist) apply=yes persist=yes ;;
        -*) fail 2 "unknown option $argument; -h lists them" ;;
        *[!a-z0-9._-]* | '') fail 2 "not the name of a setting: \"$argument\"" ;;
        *) names="$names $argument" ;;
    esac
done
[ -z "$apply" ] || [ -n "$root" ] || [ "$(id -u)" -eq 0 ] || fail 1 "only root can set anything; without --apply nothing is set"

shown=0
short=0
failed=0
kept=
settings
interrupts
[ "$shown" -gt 0 ] || fail 2 "no setting begins with$names"
[ -z "$persist" ] || persist

if [ "$failed" -gt 0 ]; then
    fail 1 "$failed could not be set"
elif [ "$short" -gt 0 ]; then
    printf '\n%s could be better; --apply sets them.\n' "$short"
fi
