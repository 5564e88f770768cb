# Ends a testbed (pid of its first process: $1) when the one who asked for that has closed our standard input, or been
# silent for 5 s. Says "ready" once it watches.
init=$1
exec 9<"/proc/$init/ns/net" || exit 1
echo ready
await_silence 2>/dev/null 9>&-
end_testbed
