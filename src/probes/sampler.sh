# Reads counters and sends signals on request, in a session of its own and in real time where that is allowed, so that no
# number of programs that send can starve it, nor the controller, which is in real time too. Requests, one a line:
#   files KIND PATTERN FILE...   what a pass of that kind reads: lines of FILEs that match PATTERN
#   pass KIND                    one pass, stamped before and after by the machine's own clock
#   signal NAME PID...           sends a signal; tells the clock just before. Whoever is gone already doesn't matter
#   times                        CPU time that this sampler has taken
# Every answer ends with a line "@end".
if chrt --fifo --pid 2 $$ 2>/dev/null; then
  echo 'priority own session, SCHED_FIFO'
else
  echo 'priority own session, traffic at nice 19'
fi
clock=/proc/uptime
while read -r request kind rest; do
  case $request in
    files)
      pattern=${rest%% *}
      eval "pattern_$kind=\$pattern files_$kind=\${rest#* }"
      ;;
    pass)
      eval "pattern=\$pattern_$kind files=\$files_$kind"
      # shellcheck disable=SC2086 # a list of files
      grep -HsE "$pattern|^[0-9.]+ [0-9.]+\$" $clock $files $clock
      ;;
    signal)
      read -r now _ <$clock
      # shellcheck disable=SC2086 # a list of pids
      kill -"$kind" $rest 2>/dev/null
      echo "at $now"
      ;;
    times) times ;;
  esac
  echo @end
done
