// What the C files share. The only place that includes lua.h besides them is none: Swift sees include/CLuaShim.h.
#ifndef MS_INTERNAL_H
#define MS_INTERNAL_H

#include "include/CLuaShim.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stddef.h>
#include <string.h>

// Costs are counted in units; four units are one tick.
#define MS_UNITS 4
#define MS_HOOK_COUNT 100
#define MS_DEPTH 64
#define MS_MOST_VALUES 100000
#define MS_WHERE_NOBODY_WAITS "(inside table.sort, gsub, tostring or a module body)"

struct ms_buffer {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
};

// Hangs on every Lua thread by its extra space.
typedef struct ms_thread {
    ms_state *state;
    int pcall_depth;
    // Stopped inside an awaited host function: only the host may resume it.
    bool is_waiting;
} ms_thread;

typedef enum { MS_ENTRY_FUNCTION, MS_ENTRY_LOAD, MS_ENTRY_SHAPE } ms_entry;

struct ms_call {
    ms_state *state;
    ms_call *parent;
    lua_State *thread;
    int thread_reference;
    ms_thread info;
    ms_entry entry;
    bool can_wait;

    uint64_t units;
    uint64_t unit_limit;
    int64_t slice_nanoseconds;
    int64_t deadline;
    // 0, or the status that ends the call; nothing in the script can clear it.
    ms_status killed;
    // What the host decided while the call waited; becomes `killed` at the next instruction.
    ms_status doomed;
    uint64_t random;

    int32_t reference;
    int32_t environment;
    const uint8_t *source;
    size_t source_count;
    const char *chunk_name;
    const uint8_t *path;
    size_t path_count;
    const uint8_t *argument;
    size_t argument_count;

    int32_t host_function;
    int32_t reply_kind;
    ms_buffer reply;
    ms_buffer out;

    // The string that a host call or a conversion raised last, to tell the kind of an uncaught error.
    const void *tagged;
    ms_status tag;
    bool is_retryable;
    ms_buffer message;
    ms_buffer trace;
    char file[LUA_IDSIZE];
    int line;
    ms_call *next_idle;
};

typedef struct ms_stock {
    lua_CFunction function;
    int charge;
} ms_stock;

struct ms_state {
    lua_State *main;
    ms_thread info;
    ms_limits limits;
    ms_callbacks callbacks;
    uint64_t seed;
    ms_call *current;
    // The Lua thread that executes now: where a memory kill sets its hook.
    lua_State *running;
    ms_call *idle;
    size_t used;
    size_t peak;
    bool is_over_memory;
    bool exposes_stock;
    const ms_host_function *functions;
    int32_t function_count;
    int base_reference;
    ms_stock stock[64];
    int stock_count;
};

static inline ms_thread *ms_thread_of(lua_State *L) {
    return *(ms_thread **)lua_getextraspace(L);
}

static inline ms_state *ms_state_of(lua_State *L) {
    return ms_thread_of(L)->state;
}

// limits.c
void *ms_allocate(void *context, void *block, size_t old_size, size_t new_size);
void ms_hook(lua_State *L, lua_Debug *record);
int64_t ms_now(void);
// Ends the current call; never returns.
_Noreturn void ms_kill(lua_State *L, ms_call *call, ms_status status);
// Raises again when the current call has been killed.
void ms_rethrow_kill(lua_State *L);
void ms_checkpoint(lua_State *L);
void ms_charge(lua_State *L, uint64_t units);
// Kills at once when `bytes` more can not fit into the memory of the state.
void ms_expect_memory(lua_State *L, size_t bytes);

// calls.c
void ms_push_where(lua_State *L);
int ms_raise(lua_State *L, ms_status tag, const char *message);
void ms_note_position(lua_State *L, ms_call *call);
void ms_note_trace(lua_State *L, ms_call *call);

// values.c
bool ms_buffer_reserve(ms_buffer *buffer, size_t count);
// Encodes the value at `index`; raises with the path of what can not cross.
void ms_encode(lua_State *L, int index, ms_buffer *buffer, const char *root, bool is_shape, const char *place);
void ms_encode_arguments(lua_State *L, int count, ms_buffer *buffer, const char *function_name);
// Adds a digest of the value to `digest` unless it is NULL.
void ms_decode(lua_State *L, const uint8_t *bytes, size_t count, uint64_t *digest);

// sandbox.c
int ms_open_sandbox(lua_State *L);
void ms_push_environment(lua_State *L, int32_t environment);
const char *ms_to_string(lua_State *L, int index, size_t *length);
void ms_push_read_only(lua_State *L, const char *what);

// libraries, each pushes nothing and fills the table at the top of the stack
void ms_open_protected(lua_State *L);
void ms_open_coroutine(lua_State *L);
void ms_open_strings(lua_State *L);
void ms_open_matching(lua_State *L);
void ms_open_tables(lua_State *L);
void ms_open_iteration(lua_State *L);
int ms_host_function_called(lua_State *L);
int ms_require(lua_State *L);

// matcher.c
#define MS_CAPTURES 32
typedef struct ms_capture {
    const char *start;
    ptrdiff_t length;
} ms_capture;

typedef struct ms_matcher {
    lua_State *L;
    const char *text;
    const char *text_end;
    const char *pattern_end;
    int capture_count;
    int depth_left;
    uint64_t steps;
    ms_capture captures[MS_CAPTURES];
} ms_matcher;

void ms_matcher_prepare(ms_matcher *matcher, lua_State *L, const char *text, size_t text_count, const char *pattern,
                        size_t pattern_count);
// Matches the pattern at `text`; the end of the match, or NULL.
const char *ms_match_at(ms_matcher *matcher, const char *text, const char *pattern);
void ms_matcher_settle(ms_matcher *matcher);
// Pushes capture `index`, or the whole match when the pattern has none.
void ms_push_capture(ms_matcher *matcher, int index, const char *start, const char *end);
int ms_push_captures(ms_matcher *matcher, const char *start, const char *end);
const char *ms_find_plain(lua_State *L, const char *text, size_t text_count, const char *needle, size_t needle_count);

#endif
