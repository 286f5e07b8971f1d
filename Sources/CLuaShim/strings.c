// string.rep and string.format with their price paid first.

#include "internal.h"

static int rep(lua_State *L) {
    size_t length, separator_length = 0;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_Integer count = luaL_checkinteger(L, 2);
    const char *separator = luaL_optlstring(L, 3, "", &separator_length);
    if (count <= 0 || (length == 0 && (separator_length == 0 || count == 1))) {
        lua_pushliteral(L, "");
        return 1;
    }
    uint64_t most = (uint64_t)PTRDIFF_MAX;
    if (length + separator_length < length || length + separator_length > most / (uint64_t)count)
        return luaL_error(L, "resulting string too large");
    size_t total = (size_t)count * length + (size_t)(count - 1) * separator_length;
    ms_charge(L, (uint64_t)count + total / 4);
    ms_expect_memory(L, total);
    luaL_Buffer buffer;
    char *next = luaL_buffinitsize(L, &buffer, total);
    while (count-- > 1) {
        memcpy(next, text, length);
        memcpy(next + length, separator, separator_length);
        next += length + separator_length;
    }
    memcpy(next, text, length);
    luaL_pushresultsize(&buffer, total);
    return 1;
}

// Finds the conversion characters, turns what `%s` takes into text without addresses, and leaves the rest to the stock
// function: its work is then linear in what was charged.
static int format(lua_State *L) {
    size_t length;
    const char *next = luaL_checklstring(L, 1, &length);
    const char *end = next + length;
    uint64_t cost = length;
    int top = lua_gettop(L), argument = 1;
    while (next < end) {
        if (*next++ != '%') continue;
        if (next < end && *next == '%') {
            next++;
            continue;
        }
        next += strspn(next, "-+ #0123456789.");
        if (++argument > top) break;
        cost += 100;
        if (*next == 'p') return luaL_error(L, "invalid conversion '%%p' to 'format': addresses are not available");
        if (*next == 's' && lua_type(L, argument) != LUA_TSTRING) {
            ms_to_string(L, argument, NULL);
            lua_replace(L, argument);
        }
        if (lua_type(L, argument) == LUA_TSTRING) cost += lua_rawlen(L, argument);
    }
    ms_charge(L, cost / 4);
    ms_expect_memory(L, (size_t)cost);
    lua_settop(L, top);
    // In this frame, so that an error names the script's line.
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// `format` keeps the stock one, which the registry still knows while the sandbox is being opened.
void ms_open_strings(lua_State *L) {
    lua_pushcfunction(L, rep);
    lua_setfield(L, -2, "rep");
    lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, LUA_STRLIBNAME);
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, format, 1);
    lua_setfield(L, -4, "format");
    lua_pop(L, 2);
}
