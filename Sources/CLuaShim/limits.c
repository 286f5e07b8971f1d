// Ticks, time, memory, cancellation: when a call has to end and how that can not be caught.

#include "internal.h"

#include <stdlib.h>
#include <time.h>

static const char kill_mark;

int64_t ms_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Never denies an ordinary request: a denial makes liblua collect in the middle of an instruction, and 5.4.4 then
// writes to freed memory. The call is killed at its next instruction instead; four times the limit is the wall for one
// giant request.
void *ms_allocate(void *context, void *block, size_t old_size, size_t new_size) {
    ms_state *state = context;
    if (block == NULL) old_size = 0;
    if (new_size == 0) {
        free(block);
        state->used -= old_size;
        return NULL;
    }
    size_t limit = (size_t)state->limits.memory_bytes;
    size_t used = state->used - old_size + new_size;
    if (new_size > old_size && used / 4 > limit) return NULL;
    void *result = realloc(block, new_size);
    if (result == NULL) return NULL;
    state->used = used;
    if (used > state->peak) state->peak = used;
    if (used > limit && !state->is_over_memory) {
        state->is_over_memory = true;
        if (state->current != NULL && state->running != NULL) lua_sethook(state->running, ms_hook, LUA_MASKCOUNT, 1);
    }
    return result;
}

void ms_kill(lua_State *L, ms_call *call, ms_status status) {
    if (call->killed == MS_DONE) {
        call->killed = status;
        ms_note_position(L, call);
        ms_note_trace(L, call);
    }
    // Pending __close handlers start with hooks on; a count of one lets none of them run.
    if (lua_gethookcount(L) != 1) lua_sethook(L, ms_hook, LUA_MASKCOUNT, 1);
    if (lua_checkstack(L, 1)) lua_pushlightuserdata(L, (void *)&kill_mark);
    lua_error(L);
    abort();
}

void ms_rethrow_kill(lua_State *L) {
    ms_call *call = ms_state_of(L)->current;
    if (call->killed != MS_DONE) ms_kill(L, call, call->killed);
}

void ms_checkpoint(lua_State *L) {
    ms_state *state = ms_state_of(L);
    ms_call *call = state->current;
    if (call->killed != MS_DONE) ms_kill(L, call, call->killed);
    if (state->callbacks.is_cancelled()) ms_kill(L, call, MS_CANCELLED);
    if (call->doomed != MS_DONE) ms_kill(L, call, call->doomed);
    if (call->units > call->unit_limit) ms_kill(L, call, MS_TICKS);
    if (state->is_over_memory) {
        // Garbage does not count: only what is still reachable may end the call.
        lua_gc(L, LUA_GCCOLLECT);
        if (state->used > (size_t)state->limits.memory_bytes) ms_kill(L, call, MS_MEMORY);
        state->is_over_memory = false;
    }
    if (ms_now() > call->deadline) ms_kill(L, call, MS_TIME);
}

void ms_hook(lua_State *L, lua_Debug *record) {
    (void)record;
    ms_state *state = ms_state_of(L);
    if (state->current == NULL) return;
    int count = lua_gethookcount(L);
    state->current->units += (uint64_t)count * MS_UNITS;
    ms_checkpoint(L);
    if (count != MS_HOOK_COUNT) lua_sethook(L, ms_hook, LUA_MASKCOUNT, MS_HOOK_COUNT);
}

void ms_charge(lua_State *L, uint64_t units) {
    ms_state *state = ms_state_of(L);
    ms_call *call = state->current;
    if (call == NULL) return;
    if (units > call->unit_limit) units = call->unit_limit + 1;
    call->units += units;
    // The clock is read once for a lot of small charges; the hook reads it anyway.
    if (call->units > call->unit_limit || units > 200 || state->is_over_memory || call->killed != MS_DONE)
        ms_checkpoint(L);
}

void ms_expect_memory(lua_State *L, size_t bytes) {
    ms_state *state = ms_state_of(L);
    size_t limit = (size_t)state->limits.memory_bytes;
    if (state->current == NULL || (bytes <= limit && state->used + bytes <= limit)) return;
    if (bytes <= limit) lua_gc(L, LUA_GCCOLLECT);
    if (bytes > limit || state->used + bytes > limit) ms_kill(L, state->current, MS_MEMORY);
}
