#define _GNU_SOURCE

#include "CLaunchShim.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between vfork and exec the child runs on the memory of its parent, whose thread waits: only system calls, no locks.
struct failure {
    volatile ms_launch_step step;
    volatile int error;
};

static void fail(struct failure *failure, ms_launch_step step) {
    failure->error = errno;
    failure->step = step;
    _exit(127);
}

// Handlers are code of the parent, and what it ignores the child would go on ignoring.
static void reset_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) sigaction(number, &standard, NULL);
    }
}

// Above the three standard streams, so that none of them is overwritten before it is used.
static int lifted(int descriptor) {
    return descriptor > STDERR_FILENO ? descriptor : fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

static void keep_from_program(unsigned first) {
#ifdef SYS_close_range
    // 4 is CLOSE_RANGE_CLOEXEC, of kernel 5.11.
    if (syscall(SYS_close_range, first, ~0U, 4) == 0) return;
#endif
    struct rlimit limit;
    unsigned end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (unsigned)limit.rlim_cur : 65536;
    for (unsigned descriptor = first; descriptor < end; descriptor++) fcntl((int)descriptor, F_SETFD, FD_CLOEXEC);
}

static int set_limit(ms_limit wanted) {
    struct rlimit limit;
    if (getrlimit(wanted.resource, &limit) != 0) return -1;
    // Raising a hard limit needs a privilege.
    rlim_t value = wanted.value < limit.rlim_max ? (rlim_t)wanted.value : limit.rlim_max;
    limit.rlim_cur = limit.rlim_max = value;
    return setrlimit(wanted.resource, &limit);
}

static void become(const ms_launch *launch, struct failure *failure) {
    reset_signals();
    setsid();
    if (chdir(launch->directory) != 0) fail(failure, MS_LAUNCH_DIRECTORY);
    int streams[3] = {lifted(launch->input), lifted(launch->output), lifted(launch->errors)};
    for (int stream = 0; stream < 3; stream++) {
        if (streams[stream] < 0 || dup2(streams[stream], stream) < 0) fail(failure, MS_LAUNCH_STREAMS);
    }
    keep_from_program(STDERR_FILENO + 1);
    for (size_t index = 0; index < launch->limit_count; index++) {
        if (set_limit(launch->limits[index]) != 0) fail(failure, MS_LAUNCH_LIMITS);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(launch->program, launch->arguments, launch->environment);
    fail(failure, MS_LAUNCH_PROGRAM);
}

ms_launched ms_launch_start(const ms_launch *launch) {
    struct failure failure = {MS_LAUNCH_DONE, 0};
    // No handler of the parent may run in the child while both share one memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t process = vfork();
    if (process == 0) become(launch, &failure);
    int fork_error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (process < 0) return (ms_launched){-1, -1, MS_LAUNCH_PROCESS, fork_error};
    if (failure.step != MS_LAUNCH_DONE) {
        while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
        return (ms_launched){-1, -1, failure.step, failure.error};
    }
    // Nobody else reaps the process, so its id is its own until we do.
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    return (ms_launched){process, descriptor, MS_LAUNCH_DONE, 0};
}

int ms_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

int ms_event(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

struct thread {
    void (*body)(void *);
    void *argument;
};

static void *run_thread(void *context) {
    struct thread thread = *(struct thread *)context;
    free(context);
    thread.body(thread.argument);
    return NULL;
}

int ms_thread(void (*body)(void *), void *argument, size_t stack_bytes) {
    struct thread *context = malloc(sizeof *context);
    if (context == NULL) return ENOMEM;
    *context = (struct thread){body, argument};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_t thread;
    int code = pthread_create(&thread, &attributes, run_thread, context);
    pthread_attr_destroy(&attributes);
    if (code != 0) free(context);
    return code;
}
