// A state: opening, closing, and what the host may ask of it between calls.

#include "internal.h"

#include <stdlib.h>

ms_state *ms_state_open(const ms_limits *limits, const ms_callbacks *callbacks, uint64_t seed,
                        const ms_host_function *functions, int32_t function_count, bool exposes_stock) {
    ms_state *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    state->limits = *limits;
    state->callbacks = *callbacks;
    state->seed = seed;
    state->functions = functions;
    state->function_count = function_count;
    state->exposes_stock = exposes_stock;
    state->info.state = state;
    state->main = lua_newstate(ms_allocate, state);
    if (state->main == NULL) {
        free(state);
        return NULL;
    }
    *(ms_thread **)lua_getextraspace(state->main) = &state->info;
    lua_pushcfunction(state->main, ms_open_sandbox);
    if (lua_pcall(state->main, 0, 0, 0) != LUA_OK) {
        ms_state_close(state);
        return NULL;
    }
    return state;
}

void ms_state_close(ms_state *state) {
    state->current = NULL;
    state->running = NULL;
    lua_close(state->main);
    while (state->idle != NULL) {
        ms_call *call = state->idle;
        state->idle = call->next_idle;
        free(call->reply.bytes);
        free(call->out.bytes);
        free(call->message.bytes);
        free(call->trace.bytes);
        free(call);
    }
    free(state);
}

int64_t ms_state_used(const ms_state *state) {
    return (int64_t)state->used;
}

int64_t ms_state_peak(const ms_state *state) {
    return (int64_t)state->peak;
}

void ms_state_collect(ms_state *state) {
    lua_gc(state->main, LUA_GCCOLLECT);
}

void ms_state_release(ms_state *state, int32_t reference) {
    luaL_unref(state->main, LUA_REGISTRYINDEX, reference);
}

const char *ms_lua_release(void) {
    return LUA_RELEASE;
}
