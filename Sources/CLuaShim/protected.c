// pcall, xpcall and coroutines that a kill passes through and that an awaited host function can cross.

#include "internal.h"

#include <stdio.h>

// MARK: pcall

static int protected_done(lua_State *L, int status, lua_KContext context) {
    ms_thread_of(L)->pcall_depth = (int)(context >> 2);
    if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)(context & 3);
    ms_rethrow_kill(L);
    // A real refusal by the allocator: only possible far above the limit.
    if (status == LUA_ERRMEM) ms_kill(L, ms_state_of(L)->current, MS_MEMORY);
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    return 2;
}

// Each level makes the unwinding of a kill longer, and liblua does that in quadratic time.
static lua_KContext enter(lua_State *L, int hidden) {
    ms_thread *thread = ms_thread_of(L);
    ms_charge(L, 10 * MS_UNITS);
    if (thread->pcall_depth >= thread->state->limits.pcall_depth)
        luaL_error(L, "too many nested pcall (limit %d)", (int)thread->state->limits.pcall_depth);
    return (lua_KContext)(thread->pcall_depth++) << 2 | hidden;
}

static int protected_call(lua_State *L) {
    luaL_checkany(L, 1);
    lua_KContext context = enter(L, 0);
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, context, protected_done);
    return protected_done(L, status, context);
}

static int guarded_handler(lua_State *L) {
    // A handler that an error of the hook starts would run with hooks off, for ever if it likes.
    if (ms_state_of(L)->current->killed != MS_DONE) return 1;
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    return 1;
}

static int protected_call_with_handler(lua_State *L) {
    int count = lua_gettop(L);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_KContext context = enter(L, 2);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, guarded_handler, 1);
    lua_replace(L, 2);
    lua_pushboolean(L, 1);
    lua_pushvalue(L, 1);
    lua_rotate(L, 3, 2);
    int status = lua_pcallk(L, count - 2, LUA_MULTRET, 2, context, protected_done);
    return protected_done(L, status, context);
}

void ms_open_protected(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"pcall", protected_call}, {"xpcall", protected_call_with_handler}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

// MARK: coroutines
//
// The bottom slot of a coroutine's stack keeps its `ms_thread` alive.

static lua_State *check_thread(lua_State *L) {
    lua_State *thread = lua_tothread(L, 1);
    luaL_argexpected(L, thread != NULL, 1, "coroutine");
    return thread;
}

static int create(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    ms_charge(L, 1000 * MS_UNITS);
    ms_thread *info = lua_newuserdatauv(L, sizeof *info, 0);
    *info = (ms_thread){.state = ms_state_of(L)};
    lua_State *thread = lua_newthread(L);
    *(ms_thread **)lua_getextraspace(thread) = info;
    lua_insert(L, -2);
    lua_xmove(L, thread, 1);
    lua_pushvalue(L, 1);
    lua_xmove(L, thread, 1);
    return 1;
}

static const char *status_of(lua_State *L, lua_State *thread) {
    if (thread == L) return "running";
    if (ms_thread_of(thread)->is_waiting) return "normal";
    lua_Debug record;
    switch (lua_status(thread)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK:
        if (lua_getstack(thread, 0, &record)) return "normal";
        return lua_gettop(thread) > 1 ? "suspended" : "dead";
    default: return "dead";
    }
}

static int status(lua_State *L) {
    lua_pushstring(L, status_of(L, check_thread(L)));
    return 1;
}

static int driven(lua_State *L, int status, lua_KContext is_wrapped);

static int give_results(lua_State *L, lua_State *thread, int count, bool is_wrapped) {
    if (!lua_checkstack(L, count + 1)) {
        lua_pop(thread, count);
        return luaL_error(L, "too many results to resume");
    }
    if (!is_wrapped) lua_pushboolean(L, 1);
    lua_xmove(thread, L, count);
    return is_wrapped ? count : count + 1;
}

static void refuse_wait(ms_call *call) {
    char text[200];
    const char *name = call->state->functions[call->host_function].name;
    int count = snprintf(text, sizeof text, "'%.80s' waits and can not be called here " MS_WHERE_NOBODY_WAITS, name);
    ms_buffer_clear(&call->reply);
    ms_buffer_append(&call->reply, (const uint8_t *)text, count);
    call->reply_kind = MS_REPLY_ERROR;
}

static int drive(lua_State *L, lua_State *thread, int count, bool is_wrapped) {
    ms_state *state = ms_state_of(L);
    int status, results;
    for (;;) {
        state->running = thread;
        status = lua_resume(thread, L, count, &results);
        state->running = L;
        ms_rethrow_kill(L);
        if (status != LUA_YIELD || !ms_thread_of(thread)->is_waiting) break;
        if (lua_isyieldable(L)) {
            ms_thread_of(L)->is_waiting = true;
            return lua_yieldk(L, 0, is_wrapped, driven);
        }
        refuse_wait(state->current);
        count = 0;
    }
    if (status == LUA_YIELD) return give_results(L, thread, results, is_wrapped);
    if (status == LUA_OK) return give_results(L, thread, lua_gettop(thread) - 1, is_wrapped);
    if (status == LUA_ERRMEM) ms_kill(L, state->current, MS_MEMORY);
    if (!is_wrapped) lua_pushboolean(L, 0);
    lua_xmove(thread, L, 1);
    return is_wrapped ? lua_error(L) : 2;
}

// The awaited answer is there: hand the turn back to the coroutine that asked.
static int driven(lua_State *L, int status, lua_KContext is_wrapped) {
    (void)status;
    ms_thread_of(L)->is_waiting = false;
    lua_State *thread = lua_tothread(L, is_wrapped ? lua_upvalueindex(1) : 1);
    return drive(L, thread, 0, is_wrapped != 0);
}

static int start(lua_State *L, lua_State *thread, int count, bool is_wrapped) {
    ms_charge(L, 50 * MS_UNITS);
    const char *state = status_of(L, thread);
    const char *problem = NULL;
    if (*state == 'd') problem = "cannot resume dead coroutine";
    else if (*state != 's') problem = "cannot resume non-suspended coroutine";
    else if (!lua_checkstack(thread, count)) problem = "too many arguments to resume";
    if (problem != NULL) {
        if (is_wrapped) return luaL_error(L, "%s", problem);
        lua_pushboolean(L, 0);
        lua_pushstring(L, problem);
        return 2;
    }
    lua_xmove(L, thread, count);
    return drive(L, thread, count, is_wrapped);
}

static int resume(lua_State *L) {
    lua_State *thread = check_thread(L);
    return start(L, thread, lua_gettop(L) - 1, false);
}

static int wrapped(lua_State *L) {
    return start(L, lua_tothread(L, lua_upvalueindex(1)), lua_gettop(L), true);
}

static int wrap(lua_State *L) {
    create(L);
    lua_pushcclosure(L, wrapped, 1);
    return 1;
}

static int yield(lua_State *L) {
    if (L == ms_state_of(L)->current->thread) return luaL_error(L, "attempt to yield from outside a coroutine");
    if (!lua_isyieldable(L))
        return luaL_error(L, "can not yield here " MS_WHERE_NOBODY_WAITS);
    return lua_yield(L, lua_gettop(L));
}

static int is_yieldable(lua_State *L) {
    lua_pushboolean(L, L != ms_state_of(L)->current->thread && lua_isyieldable(L));
    return 1;
}

// The thread of the call itself stays hidden: it ends with the call and nobody else may resume it.
static int running(lua_State *L) {
    if (L == ms_state_of(L)->current->thread) {
        lua_pushnil(L);
        lua_pushboolean(L, 1);
    } else {
        lua_pushthread(L);
        lua_pushboolean(L, 0);
    }
    return 2;
}

void ms_open_coroutine(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"create", create}, {"isyieldable", is_yieldable}, {"resume", resume}, {"running", running},
        {"status", status}, {"wrap", wrap},                {"yield", yield},   {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
}
