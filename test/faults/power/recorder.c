/*
 * Preloaded into the gateway: notes in their order all that its threads do to files beneath POWER_FOLDER, and what it sends to sockets, in
 * the file POWER_LOG; and is a bad disk where POWER_ORDERS says so (recorder.ts has both formats).
 * A write and its note are one step for all threads. What a sync reaches is what was written before it began: its beginning is noted, and its end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, FULL, BAD_WRITE, BAD_SYNC, KILL_BEFORE_ANSWER, KILL_BEFORE_WRITE, KILL_BEFORE_SYNC };
struct orders {
  volatile uint32_t what;
  /* So many times it goes well before. */
  volatile uint32_t after;
  /* How often it went wrong. */
  volatile uint32_t hits;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int log_fd = -1;
static uint64_t ticket;
static struct orders none, *orders = &none;
#define MOST 65536
static char *paths[MOST];

#define REAL(name) ((__typeof__(&name))real(&real_##name, #name))
#define WRAP(name) static void *real_##name;
WRAP(open) WRAP(open64) WRAP(close) WRAP(write) WRAP(writev) WRAP(pwrite64) WRAP(fsync) WRAP(fdatasync) WRAP(ftruncate64) WRAP(unlink)
WRAP(mkdir) WRAP(rename)
static void *real(void **known, const char *name) { return *known ? *known : (*known = dlsym(RTLD_NEXT, name)); }

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("POWER_LOG"), *told = getenv("POWER_ORDERS");
  folder = getenv("POWER_FOLDER");
  if (!folder) return;
  folder_length = strlen(folder);
  if (log) log_fd = REAL(open)(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  int fd = told ? REAL(open)(told, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *shared = mmap(0, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared != MAP_FAILED) orders = shared;
}

static int within(const char *path) {
  if (!folder || !path || strncmp(path, folder, folder_length)) return 0;
  const char *end = strstr(path, "-shm");
  return !(end && !end[4]);
}
static const char *path_of(int fd) { return fd >= 0 && fd < MOST ? paths[fd] : 0; }

static void note(char kind, const char *path, uint64_t at, const void *bytes, uint32_t length) {
  if (log_fd < 0) return;
  struct { uint32_t kind, path, bytes, unused; uint64_t at; } head = {kind, strlen(path), length, 0, at};
  struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.path}, {(void *)bytes, length}};
  if (REAL(writev)(log_fd, parts, 3) < 0) abort();
}

static int strikes(uint32_t what) {
  if (orders->what != what) return 0;
  if (orders->after > 0) { orders->after--; return 0; }
  orders->hits++;
  return 1;
}

static int opened(int fd, const char *path, int existed) {
  if (fd < 0 || fd >= MOST) return fd;
  free(paths[fd]);
  paths[fd] = within(path) ? strdup(path) : 0;
  if (!existed) note('C', path, 0, 0, 0);
  return fd;
}
#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; va_start(rest, flags); mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
    if (!within(path)) return opened(REAL(name)(path, flags, mode), path, 1); \
    pthread_mutex_lock(&turn); \
    int existed = access(path, F_OK) == 0, fd = opened(REAL(name)(path, flags, mode), path, existed); \
    pthread_mutex_unlock(&turn); \
    return fd; \
  }
OPEN(open) OPEN(open64)

int close(int fd) {
  if (path_of(fd)) { free(paths[fd]); paths[fd] = 0; }
  return REAL(close)(fd);
}

/* A disk that fills up takes what fits: half of it here, and then nothing more. */
static ssize_t write_at(int fd, const void *bytes, size_t length, off_t at) {
  struct stat now;
  size_t fits = length;
  int failed = 0;
  pthread_mutex_lock(&turn);
  if (strikes(KILL_BEFORE_WRITE)) raise(SIGKILL);
  if (orders->what == FULL && fstat(fd, &now) == 0 && at + (off_t)length > now.st_size && strikes(FULL)) { fits /= 2; failed = ENOSPC; }
  if (strikes(BAD_WRITE)) { fits /= 2; failed = EIO; }
  ssize_t done = fits ? REAL(pwrite64)(fd, bytes, fits, at) : 0;
  if (done > 0) note('W', path_of(fd), at, bytes, done);
  pthread_mutex_unlock(&turn);
  if (failed && length < 512) { errno = failed; return -1; }
  return done;
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  return path_of(fd) ? write_at(fd, bytes, length, at) : REAL(pwrite64)(fd, bytes, length, at);
}

/* libuv closes what it opened without asking here: a number may mean something else by now. */
static int is(int fd, mode_t kind) {
  struct stat what;
  return folder && fstat(fd, &what) == 0 && (what.st_mode & S_IFMT) == kind;
}
static void sends(const struct iovec *parts, int count) {
  pthread_mutex_lock(&turn);
  for (int i = 0; i < count; i++) {
    const char *bytes = parts[i].iov_base;
    size_t length = parts[i].iov_len;
    int answers = memmem(bytes, length, "MSA|", 4) || (length > 5 && !memcmp(bytes, "HTTP/", 5));
    if (answers && strikes(KILL_BEFORE_ANSWER)) raise(SIGKILL);
    note('A', "", 0, bytes, length);
  }
  pthread_mutex_unlock(&turn);
}
ssize_t write(int fd, const void *bytes, size_t length) {
  if (path_of(fd) && is(fd, S_IFREG)) {
    ssize_t done = write_at(fd, bytes, length, lseek(fd, 0, SEEK_CUR));
    if (done > 0) lseek(fd, done, SEEK_CUR);
    return done;
  }
  if (is(fd, S_IFSOCK)) sends(&(struct iovec){(void *)bytes, length}, 1);
  return REAL(write)(fd, bytes, length);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (is(fd, S_IFSOCK)) sends(parts, count);
  return REAL(writev)(fd, parts, count);
}

static int synced(int fd, int (*sync)(int)) {
  const char *path = path_of(fd);
  if (!path) return sync(fd);
  pthread_mutex_lock(&turn);
  if (strikes(KILL_BEFORE_SYNC)) raise(SIGKILL);
  uint64_t mine = ++ticket;
  int bad = strikes(BAD_SYNC);
  note('F', path, mine, 0, 0);
  pthread_mutex_unlock(&turn);
  if (bad) { errno = EIO; return -1; }
  int result = sync(fd);
  pthread_mutex_lock(&turn);
  if (result == 0) note('S', path, mine, 0, 0);
  pthread_mutex_unlock(&turn);
  return result;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

#define CHANGED(kind, path, at, bytes, length, call) \
  pthread_mutex_lock(&turn); \
  int result = call; \
  if (result == 0 && within(path)) note(kind, path, at, bytes, length); \
  pthread_mutex_unlock(&turn); \
  return result;
int ftruncate64(int fd, off_t size) { CHANGED('T', path_of(fd), size, 0, 0, REAL(ftruncate64)(fd, size)) }
int unlink(const char *path) { CHANGED('U', path, 0, 0, 0, REAL(unlink)(path)) }
int mkdir(const char *path, mode_t mode) { CHANGED('C', path, 1, 0, 0, REAL(mkdir)(path, mode)) }
int rename(const char *from, const char *to) { CHANGED('R', from, 0, to, strlen(to), REAL(rename)(from, to)) }
