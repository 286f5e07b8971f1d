// What a script sees: the base table, the read-only libraries, the strict environments.

#include "internal.h"

#include <stdlib.h>

// How a stock function is charged: by the lengths of its strings before, and of its results after.
enum { FREE = 0, BEFORE = 1, AFTER = 2 };

typedef struct stock_name {
    const char *name;
    int charge;
} stock_name;

static const stock_name base_names[] = {
    {"assert", FREE},   {"error", FREE},  {"getmetatable", FREE}, {"ipairs", FREE},     {"rawequal", FREE},
    {"rawget", FREE},   {"rawlen", FREE}, {"select", AFTER},      {"tonumber", BEFORE}, {"type", FREE},
    {"_VERSION", FREE}, {NULL, FREE},
};
static const stock_name string_names[] = {
    {"byte", AFTER},   {"char", AFTER},    {"len", FREE},  {"lower", BEFORE},         {"pack", BEFORE | AFTER},
    {"packsize", FREE}, {"reverse", BEFORE}, {"sub", AFTER}, {"unpack", BEFORE | AFTER}, {"upper", BEFORE},
    {NULL, FREE},
};
static const stock_name table_names[] = {{"pack", FREE}, {NULL, FREE}};
static const stock_name math_names[] = {
    {"abs", FREE}, {"acos", FREE},       {"asin", FREE},       {"atan", FREE},  {"ceil", FREE}, {"cos", FREE},
    {"deg", FREE}, {"exp", FREE},        {"floor", FREE},      {"fmod", FREE},  {"huge", FREE}, {"log", FREE},
    {"max", FREE}, {"maxinteger", FREE}, {"mininteger", FREE}, {"min", FREE},   {"modf", FREE}, {"pi", FREE},
    {"rad", FREE}, {"sin", FREE},        {"sqrt", FREE},       {"tan", FREE},   {"tointeger", BEFORE},
    {"type", FREE}, {"ult", FREE},       {NULL, FREE},
};
static const stock_name utf8_names[] = {
    {"char", AFTER},  {"charpattern", FREE}, {"codepoint", AFTER}, {"codes", FREE}, {"len", BEFORE},
    {"offset", AFTER}, {NULL, FREE},
};

static int call_stock(lua_State *L) {
    const ms_stock *stock = &ms_state_of(L)->stock[lua_tointeger(L, lua_upvalueindex(1))];
    uint64_t cost = 0;
    if (stock->charge & BEFORE) {
        for (int i = lua_gettop(L); i > 0; i--)
            if (lua_type(L, i) == LUA_TSTRING) cost += lua_rawlen(L, i);
        ms_charge(L, cost / 4);
    }
    int count = stock->function(L);
    if (stock->charge & AFTER) {
        cost = 0;
        for (int i = 1; i <= count; i++)
            if (lua_type(L, -i) == LUA_TSTRING) cost += lua_rawlen(L, -i);
        ms_charge(L, cost / 4 + (uint64_t)count);
    }
    return count;
}

// Copies the named values from the table below into the table at the top.
static void copy_stock(lua_State *L, const stock_name *names) {
    ms_state *state = ms_state_of(L);
    for (; names->name != NULL; names++) {
        lua_getfield(L, -2, names->name);
        if (names->charge != FREE && state->stock_count < (int)(sizeof state->stock / sizeof *state->stock)) {
            state->stock[state->stock_count] = (ms_stock){lua_tocfunction(L, -1), names->charge};
            lua_pop(L, 1);
            lua_pushinteger(L, state->stock_count++);
            lua_pushcclosure(L, call_stock, 1);
        }
        lua_setfield(L, -2, names->name);
    }
}

static int refuse_write(lua_State *L) {
    return luaL_error(L, "'%s' is read-only", lua_tostring(L, lua_upvalueindex(1)));
}

// Replaces the table at the top by an empty one that reads from it and can not be written.
void ms_push_read_only(lua_State *L, const char *what) {
    lua_newtable(L);
    lua_createtable(L, 0, 4);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, what);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

static void open_library(lua_State *L, const char *name, lua_CFunction open, const stock_name *names) {
    luaL_requiref(L, name, open, 0);
    lua_newtable(L);
    copy_stock(L, names);
    lua_remove(L, -2);
}

// MARK: own base functions

const char *ms_to_string(lua_State *L, int index, size_t *length) {
    index = lua_absindex(L, index);
    if (luaL_callmeta(L, index, "__tostring")) {
        if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
        return lua_tolstring(L, -1, length);
    }
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
    case LUA_TBOOLEAN:
    case LUA_TNIL: return luaL_tolstring(L, index, length);
    default:
        // No address: output must not differ between two runs.
        if (luaL_getmetafield(L, index, "__name") != LUA_TSTRING) lua_pushstring(L, luaL_typename(L, index));
        return lua_tolstring(L, -1, length);
    }
}

static int tostring(lua_State *L) {
    luaL_checkany(L, 1);
    ms_to_string(L, 1, NULL);
    return 1;
}

static int setmetatable(lua_State *L) {
    int type = lua_type(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL) return luaL_error(L, "cannot change a protected metatable");
    lua_settop(L, 2);
    if (type == LUA_TTABLE) {
        lua_pushliteral(L, "__gc");
        if (lua_rawget(L, 2) != LUA_TNIL) return luaL_error(L, "a metatable can not have '__gc' here");
        lua_settop(L, 2);
    }
    lua_setmetatable(L, 1);
    return 1;
}

static int undefined_global(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    static const char *const hints[][2] = {
        {"print", ": use host.log"},
        {"load", ": code can only come from files, use require"},
        {"dofile", ": use require"},
        {"loadfile", ": use require"},
        {"io", ": use host.read and host.run"},
        {"os", ": time comes with the context, programs run with host.run"},
        {"rawset", ": there is no way around a metatable here"},
    };
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strcmp(name, hints[i][0]) == 0) return luaL_error(L, "undefined global '%s'%s", name, hints[i][1]);
    return luaL_error(L, "undefined global '%s'", name);
}

static int assigned_global(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    return luaL_error(L, "assignment to global '%s': use 'local %s'", name, name);
}

// Every call has its own numbers, made from the seed and its argument, so that a recorded call can be replayed.
static uint64_t next_random(ms_call *call) {
    uint64_t x = call->random += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static int math_random(lua_State *L) {
    ms_call *call = ms_state_of(L)->current;
    uint64_t random = next_random(call);
    lua_Integer low = 1, high;
    switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, (lua_Number)(random >> 11) * 0x1p-53); return 1;
    case 1:
        high = luaL_checkinteger(L, 1);
        if (high == 0) {
            lua_pushinteger(L, (lua_Integer)random);
            return 1;
        }
        break;
    case 2:
        low = luaL_checkinteger(L, 1);
        high = luaL_checkinteger(L, 2);
        break;
    default: return luaL_error(L, "wrong number of arguments");
    }
    luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
    uint64_t range = (uint64_t)high - (uint64_t)low;
    if (range == UINT64_MAX) {
        lua_pushinteger(L, (lua_Integer)random);
        return 1;
    }
    uint64_t most = range + 1, unfair = (UINT64_MAX % most + 1) % most;
    while (random > UINT64_MAX - unfair) random = next_random(call);
    lua_pushinteger(L, (lua_Integer)(random % most + (uint64_t)low));
    return 1;
}

// MARK: putting it together

static int failure_to_string(lua_State *L) {
    lua_pushliteral(L, "message");
    lua_rawget(L, 1);
    return 1;
}

static void make_failure_metatable(lua_State *L) {
    luaL_newmetatable(L, "ms.failure");
    lua_pushcfunction(L, failure_to_string);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

// Puts the host function into the tree of tables at the top, making the tables of a dotted name on the way.
static void add_host_function(lua_State *L, const char *name, int32_t number) {
    int top = lua_gettop(L);
    const char *dot;
    while ((dot = strchr(name, '.')) != NULL) {
        lua_pushlstring(L, name, (size_t)(dot - name));
        if (lua_rawget(L, -2) != LUA_TTABLE) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushlstring(L, name, (size_t)(dot - name));
            lua_pushvalue(L, -2);
            lua_rawset(L, -4);
        }
        name = dot + 1;
    }
    lua_pushinteger(L, number);
    lua_pushcclosure(L, ms_host_function_called, 1);
    lua_setfield(L, -2, name);
    lua_settop(L, top);
}

// Makes every table inside the table at the top read-only.
static void protect_tables(lua_State *L, const char *prefix) {
    luaL_checkstack(L, 8, NULL);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        if (!lua_istable(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        const char *name = lua_pushfstring(L, *prefix == 0 ? "%s%s" : "%s.%s", prefix, lua_tostring(L, -2));
        lua_insert(L, -2);
        protect_tables(L, name);
        ms_push_read_only(L, name);
        lua_remove(L, -2);
        // Assigning to a field that exists is allowed during a traversal.
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

void ms_push_environment(lua_State *L, int32_t environment) {
    lua_createtable(L, 0, 1);
    lua_pushinteger(L, environment);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, ms_require, 3);
    lua_setfield(L, -2, "require");
    lua_createtable(L, 0, 3);
    lua_rawgeti(L, LUA_REGISTRYINDEX, ms_state_of(L)->base_reference);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, assigned_global);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static void protect_strings(lua_State *L) {
    lua_getfield(L, -1, "string");
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 3);
}

static void expose_stock(lua_State *L) {
    luaL_requiref(L, "string", luaopen_string, 0);
    lua_setfield(L, -2, "stock");
}

int ms_open_sandbox(lua_State *L) {
    ms_state *state = ms_state_of(L);
    make_failure_metatable(L);
    open_library(L, LUA_GNAME, luaopen_base, base_names);
    static const luaL_Reg own[] = {{"tostring", tostring}, {"setmetatable", setmetatable}, {NULL, NULL}};
    luaL_setfuncs(L, own, 0);
    ms_open_protected(L);
    ms_open_iteration(L);

    open_library(L, LUA_STRLIBNAME, luaopen_string, string_names);
    ms_open_strings(L);
    ms_open_matching(L);
    lua_setfield(L, -2, LUA_STRLIBNAME);
    open_library(L, LUA_TABLIBNAME, luaopen_table, table_names);
    ms_open_tables(L);
    lua_setfield(L, -2, LUA_TABLIBNAME);
    open_library(L, LUA_MATHLIBNAME, luaopen_math, math_names);
    lua_pushcfunction(L, math_random);
    lua_setfield(L, -2, "random");
    lua_setfield(L, -2, LUA_MATHLIBNAME);
    open_library(L, LUA_UTF8LIBNAME, luaopen_utf8, utf8_names);
    lua_setfield(L, -2, LUA_UTF8LIBNAME);
    lua_newtable(L);
    ms_open_coroutine(L);
    lua_setfield(L, -2, LUA_COLIBNAME);
    if (state->exposes_stock) expose_stock(L);
    for (int32_t i = 0; i < state->function_count; i++) add_host_function(L, state->functions[i].name, i);
    protect_strings(L);
    protect_tables(L, "");

    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, undefined_global);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    state->base_reference = luaL_ref(L, LUA_REGISTRYINDEX);

    // Nothing that the stock libraries left in the registry may be reached.
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    return 0;
}
