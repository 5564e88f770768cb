/*
 * Preloaded into user-mode Linux where the processor's registers take more room than it was built for (AMX).
 *
 * User-mode Linux 6.1 saves and restores a process's registers by ptrace in 2696 bytes. The machine's kernel gives
 * the first part of a larger set, but takes back whole sets only, and user-mode Linux then dies at its first process.
 * Here the part is filled up with the rest of what the process has. Needs no header files.
 */
#define SYS_PTRACE 101L
#define PTRACE_PEEKTEXT 1
#define PTRACE_PEEKUSER 3
#define PTRACE_GETREGSET 0x4204L
#define PTRACE_SETREGSET 0x4205

struct iovec {
  void *base;
  unsigned long length;
};

extern long syscall(long number, ...);
extern void *memcpy(void *to, const void *from, unsigned long length);

/* Replaces the first part of a set of registers. */
static long set_registers(long pid, void *set, const struct iovec *part) {
  static char registers[1 << 16];
  struct iovec whole = {registers, sizeof registers};
  if (syscall(SYS_PTRACE, PTRACE_GETREGSET, pid, set, &whole) < 0) return -1;
  memcpy(registers, part->base, part->length < whole.length ? part->length : whole.length);
  return syscall(SYS_PTRACE, (long)PTRACE_SETREGSET, pid, set, &whole);
}

/* Stands in for the C library's, which also returns what the system call peeks by reference. */
long ptrace(int request, int pid, void *address, void *data) {
  if (request == PTRACE_SETREGSET) return set_registers(pid, address, data);
  long word;
  int peeks = request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSER;
  long result = syscall(SYS_PTRACE, (long)request, (long)pid, address, peeks ? &word : data);
  return peeks && result == 0 ? word : result;
}
