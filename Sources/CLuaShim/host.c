// The way from a script to the host: host functions, awaited or not, and modules.

#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

static int raise_reply(lua_State *L, ms_call *call) {
    ms_push_where(L);
    lua_pushlstring(L, (const char *)call->reply.bytes, call->reply.count);
    lua_concat(L, 2);
    if (call->reply_kind != MS_REPLY_FAILURE && call->reply_kind != MS_REPLY_RETRYABLE)
        return ms_raise(L, MS_HOST_CALL, NULL);
    lua_createtable(L, 0, 2);
    lua_insert(L, -2);
    lua_setfield(L, -2, "message");
    lua_pushboolean(L, call->reply_kind == MS_REPLY_RETRYABLE);
    lua_setfield(L, -2, "retryable");
    luaL_setmetatable(L, "ms.failure");
    return ms_raise(L, MS_FAILED, NULL);
}

static int push_reply(lua_State *L, ms_call *call) {
    if (call->reply_kind != MS_REPLY_VALUE) return raise_reply(L, call);
    ms_charge(L, call->reply.count / 8);
    ms_decode(L, call->reply.bytes, call->reply.count, NULL);
    return 1;
}

static int host_function_answered(lua_State *L, int status, lua_KContext context) {
    (void)status;
    (void)context;
    ms_thread_of(L)->is_waiting = false;
    ms_checkpoint(L);
    return push_reply(L, ms_state_of(L)->current);
}

static int wait_for_host(lua_State *L, ms_call *call, int32_t function) {
    const char *name = call->state->functions[function].name;
    if (!call->can_wait) {
        lua_pushfstring(L, "'%s' waits and can not be called here: this function must answer at once", name);
        return ms_raise(L, MS_HOST_CALL, lua_tostring(L, -1));
    }
    if (!lua_isyieldable(L)) {
        lua_pushfstring(L, "'%s' waits and can not be called here " MS_WHERE_NOBODY_WAITS, name);
        return ms_raise(L, MS_HOST_CALL, lua_tostring(L, -1));
    }
    call->host_function = function;
    ms_thread_of(L)->is_waiting = true;
    return lua_yieldk(L, 0, 0, host_function_answered);
}

int ms_host_function_called(lua_State *L) {
    ms_state *state = ms_state_of(L);
    ms_call *call = state->current;
    int32_t function = (int32_t)lua_tointeger(L, lua_upvalueindex(1));
    ms_encode_arguments(L, lua_gettop(L), &call->out, state->functions[function].name);
    ms_charge(L, 20 * MS_UNITS + call->out.count / 8);
    if (state->functions[function].waits) return wait_for_host(L, call, function);
    ms_buffer_clear(&call->reply);
    call->reply_kind = state->callbacks.host(state->callbacks.context, call, function, call->out.bytes,
                                             (int64_t)call->out.count, &call->reply);
    return push_reply(L, call);
}

// MARK: require

static bool is_module_name(const char *name, size_t count) {
    bool is_start = true;
    if (count == 0 || count > 200) return false;
    for (size_t i = 0; i < count; i++) {
        char c = name[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!is_word && (c != '.' || is_start)) return false;
        is_start = c == '.';
    }
    return !is_start;
}

static int load_module(lua_State *L) {
    const char *chunk_name = lua_tostring(L, 2);
    size_t count;
    const char *source = lua_tolstring(L, 1, &count);
    if (luaL_loadbufferx(L, source, count, chunk_name, "t") != LUA_OK) return ms_raise(L, MS_SYNTAX, NULL);
    ms_charge(L, count);
    lua_pushvalue(L, 3);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    return 1;
}

static void push_module_source(lua_State *L, const char *name, size_t count) {
    ms_state *state = ms_state_of(L);
    ms_buffer chunk_name = {0}, source = {0};
    int32_t kind = state->callbacks.resolve(state->callbacks.context, (int32_t)lua_tointeger(L, lua_upvalueindex(1)),
                                            (const uint8_t *)name, (int64_t)count, &chunk_name, &source);
    lua_pushinteger(L, kind);
    // Granted by the allocator unless the machine itself is out of memory.
    lua_pushlstring(L, source.count > 0 ? (const char *)source.bytes : "", source.count);
    lua_pushlstring(L, chunk_name.count > 0 ? (const char *)chunk_name.bytes : "", chunk_name.count);
    free(chunk_name.bytes);
    free(source.bytes);
}

// Upvalues: environment number, modules loaded so far, environment.
int ms_require(lua_State *L) {
    size_t count;
    const char *name = luaL_checklstring(L, 1, &count);
    lua_settop(L, 1);
    if (!is_module_name(name, count))
        return luaL_error(L, "bad module name '%s': use lower-case words joined by dots, such as 'lib.text'", name);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, lua_upvalueindex(2)) == LUA_TLIGHTUSERDATA)
        return luaL_error(L, "module '%s' requires itself", name);
    if (!lua_isnil(L, -1)) return 1;
    lua_settop(L, 1);
    ms_charge(L, 1000 * MS_UNITS);
    push_module_source(L, name, count);
    lua_Integer kind = lua_tointeger(L, 2);
    if (kind == MS_REPLY_NONE) return luaL_error(L, "module '%s' not found", name);
    if (kind != MS_REPLY_VALUE) return luaL_error(L, "module '%s': %s", name, lua_tostring(L, 3));
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, (void *)name);
    lua_rawset(L, lua_upvalueindex(2));
    lua_pushcfunction(L, load_module);
    lua_pushvalue(L, 3);
    lua_pushvalue(L, 4);
    lua_pushvalue(L, lua_upvalueindex(3));
    int status = lua_pcall(L, 3, 1, 0);
    if (status == LUA_OK && lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    if (status == LUA_OK) {
        lua_pushvalue(L, -2);
    } else {
        lua_pushnil(L);
    }
    lua_rawset(L, lua_upvalueindex(2));
    ms_rethrow_kill(L);
    return status == LUA_OK ? 1 : lua_error(L);
}
