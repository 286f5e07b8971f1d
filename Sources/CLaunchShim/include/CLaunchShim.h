// Starts a program without copying the memory map of the process that starts it.
#ifndef CLAUNCHSHIM_H
#define CLAUNCHSHIM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// One of setrlimit(2), for soft and hard limit; a lower hard limit that is there stays.
typedef struct ms_limit {
    int resource;
    uint64_t value;
} ms_limit;

// What to start. Nothing is inherited but the three streams.
typedef struct ms_launch {
    const char *program;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int input;
    int output;
    int errors;
    const ms_limit *limits;
    size_t limit_count;
} ms_launch;

// The step at which a launch failed.
typedef enum ms_launch_step {
    MS_LAUNCH_DONE = 0,
    MS_LAUNCH_PROCESS = 1,
    MS_LAUNCH_DIRECTORY = 2,
    MS_LAUNCH_STREAMS = 3,
    MS_LAUNCH_LIMITS = 4,
    MS_LAUNCH_PROGRAM = 5,
} ms_launch_step;

typedef struct ms_launched {
    pid_t process;
    // A pidfd, readable once the process has ended; -1 on kernels before 5.3.
    int descriptor;
    ms_launch_step failed_step;
    // errno of the failed step.
    int error;
} ms_launched;

// Starts the program as the leader of its own session; returns when it runs, or when it cannot.
ms_launched ms_launch_start(const ms_launch *launch);

// A pipe, both ends closed on exec; 0, or -1 with errno.
int ms_pipe(int ends[2]);

// A descriptor that is readable once somebody has written eight bytes; -1 with errno.
int ms_event(void);

// Runs `body` on a new thread that nobody waits for; 0, or what pthread_create(3) returns, and then `body` does not run.
int ms_thread(void (*body)(void *), void *argument, size_t stack_bytes);

#endif
