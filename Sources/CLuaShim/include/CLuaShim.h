// The border between Swift and liblua: opaque types and plain C, nothing here can raise a Lua error into its caller.
//
// One state is used by one thread at a time.
#ifndef CLUASHIM_H
#define CLUASHIM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ms_state ms_state;
typedef struct ms_call ms_call;
typedef struct ms_buffer ms_buffer;

// What became of a call. Everything from MS_SYNTAX on is an error.
typedef enum ms_status {
    MS_DONE = 0,
    MS_WAITING = 1,
    MS_SYNTAX = 2,
    MS_RUNTIME = 3,
    MS_TICKS = 4,
    MS_TIME = 5,
    MS_MEMORY = 6,
    MS_CANCELLED = 7,
    MS_CONVERSION = 8,
    MS_HOST_CALL = 9,
    MS_FAILED = 10,
    MS_NOT_FOUND = 11,
    MS_AWAITED = 12,
} ms_status;

typedef struct ms_limits {
    int64_t ticks;
    int64_t slice_nanoseconds;
    int64_t memory_bytes;
    int64_t result_bytes;
    int32_t pcall_depth;
} ms_limits;

// The answers of the callbacks below.
enum { MS_REPLY_VALUE = 0, MS_REPLY_ERROR = 1, MS_REPLY_NONE = 2, MS_REPLY_FAILURE = 3, MS_REPLY_RETRYABLE = 4 };

typedef struct ms_callbacks {
    void *context;
    // Runs an immediate host function: an encoded value in, an encoded value or a message in `reply`.
    int32_t (*host)(void *context, ms_call *call, int32_t function, const uint8_t *bytes, int64_t count,
                    ms_buffer *reply);
    // Finds the source of a module: its text in `source` and its name in `chunk_name`, or a message in `source`.
    int32_t (*resolve)(void *context, int32_t environment, const uint8_t *name, int64_t count, ms_buffer *chunk_name,
                       ms_buffer *source);
    // Asked every 100 instructions: whether the running call should end.
    bool (*is_cancelled)(void);
} ms_callbacks;

typedef struct ms_host_function {
    const char *name;
    bool waits;
} ms_host_function;

// NULL when there is no memory for a state.
ms_state *ms_state_open(const ms_limits *limits, const ms_callbacks *callbacks, uint64_t seed,
                        const ms_host_function *functions, int32_t function_count, bool exposes_stock);
void ms_state_close(ms_state *state);
int64_t ms_state_used(const ms_state *state);
int64_t ms_state_peak(const ms_state *state);
void ms_state_collect(ms_state *state);
// Forgets a value that a load kept.
void ms_state_release(ms_state *state, int32_t reference);
const char *ms_lua_release(void);

// Prepare a call; bytes handed over are read by the first ms_call_run and must live until it returns.
ms_call *ms_call_load(ms_state *state, int64_t slice_nanoseconds, const uint8_t *source, int64_t count,
                      const char *chunk_name, int32_t environment);
ms_call *ms_call_shape(ms_state *state, int32_t reference);
// `path` is a run of (length: u32, bytes). A `parent` lends its remaining budget.
ms_call *ms_call_function(ms_state *state, ms_call *parent, int32_t reference, const uint8_t *path, int64_t path_count,
                          const uint8_t *argument, int64_t argument_count, bool can_wait);
ms_status ms_call_run(ms_call *call);
// Goes on after MS_WAITING with what stands in ms_call_reply.
ms_status ms_call_resume(ms_call *call, int32_t reply_kind);
ms_buffer *ms_call_reply(ms_call *call);
void ms_call_end(ms_call *call);

int32_t ms_call_host_function(const ms_call *call);
int32_t ms_call_reference(const ms_call *call);
int64_t ms_call_ticks(const ms_call *call);
void ms_call_charge(ms_call *call, int64_t ticks);
// Ends the call with `status` at its next instruction; resume it then to learn where it stood.
void ms_call_doom(ms_call *call, ms_status status);
bool ms_call_is_retryable(const ms_call *call);
// The argument of the awaited host function (MS_WAITING) or the result (MS_DONE).
const uint8_t *ms_call_bytes(const ms_call *call, int64_t *count);
// After an error. The file is empty and the line 0 when there is no position.
const uint8_t *ms_call_message(const ms_call *call, int64_t *count);
const uint8_t *ms_call_trace(const ms_call *call, int64_t *count);
const char *ms_call_file(const ms_call *call);
int32_t ms_call_line(const ms_call *call);
// Where the running script is; for messages of host functions.
int32_t ms_call_position(ms_call *call, ms_buffer *file);

void ms_buffer_clear(ms_buffer *buffer);
void ms_buffer_append(ms_buffer *buffer, const uint8_t *bytes, int64_t count);
ms_buffer *ms_buffer_new(void);
void ms_buffer_free(ms_buffer *buffer);
const uint8_t *ms_buffer_bytes(const ms_buffer *buffer, int64_t *count);

#endif
