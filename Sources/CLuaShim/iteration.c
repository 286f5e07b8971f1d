// pairs and next in a fixed order: liblua's own order changes with the hash seed of the state.

#include "internal.h"

#include <stdlib.h>

typedef struct key {
    int rank;
    bool is_integer;
    lua_Integer integer;
    lua_Number number;
    const char *text;
    size_t count;
} key;

// Numbers come first, then strings by their bytes, then booleans.
static key key_at(lua_State *L, int index, const char *function) {
    key result = {0};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        result.is_integer = lua_isinteger(L, index);
        if (result.is_integer) result.integer = lua_tointeger(L, index);
        result.number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        result.rank = 1;
        result.text = lua_tolstring(L, index, &result.count);
        break;
    case LUA_TBOOLEAN:
        result.rank = 2;
        result.integer = lua_toboolean(L, index);
        result.is_integer = true;
        break;
    default:
        luaL_error(L, "'%s' can not order a key of type %s: keys must be strings, numbers or booleans", function,
                   luaL_typename(L, index));
    }
    return result;
}

static int compare(const void *left, const void *right) {
    const key *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    if (a->rank == 1) {
        int order = memcmp(a->text, b->text, a->count < b->count ? a->count : b->count);
        if (order != 0) return order;
        return a->count < b->count ? -1 : a->count > b->count;
    }
    if (a->is_integer && b->is_integer) return a->integer < b->integer ? -1 : a->integer > b->integer;
    // A float key is never a whole number in the range of integers, so that rounding can not make two keys equal often;
    // where it does, the integer comes first.
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    return a->is_integer ? -1 : b->is_integer ? 1 : 0;
}

static void push_key(lua_State *L, const key *key) {
    if (key->rank == 1) lua_pushlstring(L, key->text, key->count);
    else if (key->rank == 2) lua_pushboolean(L, (int)key->integer);
    else if (key->is_integer) lua_pushinteger(L, key->integer);
    else lua_pushnumber(L, key->number);
}

// Upvalues: sorted keys, place.
static int next_sorted(lua_State *L) {
    lua_Integer place = lua_tointeger(L, lua_upvalueindex(2));
    lua_settop(L, 1);
    for (;;) {
        place++;
        if (lua_rawgeti(L, lua_upvalueindex(1), place) == LUA_TNIL) break;
        lua_pushvalue(L, -1);
        // A field that was removed on the way is skipped.
        if (lua_rawget(L, 1) != LUA_TNIL) {
            lua_pushinteger(L, place);
            lua_replace(L, lua_upvalueindex(2));
            return 2;
        }
        lua_settop(L, 1);
    }
    lua_pushnil(L);
    return 1;
}

static void push_sorted_keys(lua_State *L, int index) {
    size_t count = 0;
    bool is_sequence = true;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        count++;
        if (is_sequence && !(lua_isinteger(L, -1) && lua_tointeger(L, -1) == (lua_Integer)count)) is_sequence = false;
    }
    ms_charge(L, (uint64_t)count * 8);
    lua_createtable(L, (int)count, 0);
    if (is_sequence) {
        for (size_t i = 1; i <= count; i++) {
            lua_pushinteger(L, (lua_Integer)i);
            lua_rawseti(L, -2, (lua_Integer)i);
        }
        return;
    }
    key small[32];
    key *keys = small;
    if (count > 32) keys = lua_newuserdatauv(L, count * sizeof(key), 0);
    else lua_pushnil(L);
    size_t i = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        keys[i++] = key_at(L, -1, "pairs");
    }
    qsort(keys, count, sizeof(key), compare);
    for (i = 0; i < count; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, -3, (lua_Integer)i + 1);
    }
    lua_pop(L, 1);
}

static int pairs_done(lua_State *L, int status, lua_KContext context) {
    (void)L;
    (void)status;
    (void)context;
    return 3;
}

static int pairs(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_callk(L, 1, 3, 0, pairs_done);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    push_sorted_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_sorted, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}

// The smallest key above the given one: slow for a whole traversal, right for `next(t) == nil`.
static int next(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    bool has_start = !lua_isnil(L, 2), found = false;
    key start = {0}, best = {0};
    if (has_start) start = key_at(L, 2, "next");
    uint64_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        key candidate = key_at(L, -1, "next");
        count++;
        if (has_start && compare(&candidate, &start) <= 0) continue;
        if (found && compare(&best, &candidate) <= 0) continue;
        best = candidate;
        found = true;
    }
    ms_charge(L, count * 2);
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    push_key(L, &best);
    lua_pushvalue(L, -1);
    lua_rawget(L, 1);
    return 2;
}

void ms_open_iteration(lua_State *L) {
    static const luaL_Reg functions[] = {{"pairs", pairs}, {"next", next}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
