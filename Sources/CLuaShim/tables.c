// The table library with a price for every element.

#include "internal.h"

#include <limits.h>

// A table may answer for its length and elements by metamethods; the price is then paid before each loop, whatever
// length it claims.
static lua_Integer length_of(lua_State *L, int index) {
    luaL_checktype(L, index, LUA_TTABLE);
    return luaL_len(L, index);
}

static void charge_elements(lua_State *L, lua_Integer count) {
    if (count > 0) ms_charge(L, (uint64_t)count * 2);
}

static int insert(lua_State *L) {
    int arguments = lua_gettop(L);
    lua_Integer end = (lua_Integer)((uint64_t)length_of(L, 1) + 1);
    lua_Integer position = end;
    if (arguments == 3) {
        position = luaL_checkinteger(L, 2);
        luaL_argcheck(L, (uint64_t)position - 1u < (uint64_t)end, 2, "position out of bounds");
        charge_elements(L, end - position);
        for (lua_Integer i = end; i > position; i--) {
            lua_geti(L, 1, i - 1);
            lua_seti(L, 1, i);
        }
    } else if (arguments != 2) {
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_seti(L, 1, position);
    return 0;
}

static int table_remove(lua_State *L) {
    lua_Integer size = length_of(L, 1);
    lua_Integer position = luaL_optinteger(L, 2, size);
    if (position != size)
        luaL_argcheck(L, (uint64_t)position - 1u <= (uint64_t)size, 2, "position out of bounds");
    lua_geti(L, 1, position);
    if (position < size) charge_elements(L, size - position);
    for (; position < size; position++) {
        lua_geti(L, 1, position + 1);
        lua_seti(L, 1, position);
    }
    lua_pushnil(L);
    lua_seti(L, 1, position);
    return 1;
}

static int move(lua_State *L) {
    lua_Integer from = luaL_checkinteger(L, 2), end = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, target, LUA_TTABLE);
    if (end >= from) {
        luaL_argcheck(L, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements to move");
        lua_Integer count = end - from + 1;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
        charge_elements(L, count);
        bool is_forward = to > end || to <= from || (target != 1 && !lua_compare(L, 1, target, LUA_OPEQ));
        for (lua_Integer k = 0; k < count; k++) {
            lua_Integer i = is_forward ? k : count - 1 - k;
            lua_geti(L, 1, from + i);
            lua_seti(L, target, to + i);
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

static void add_field(lua_State *L, luaL_Buffer *buffer, lua_Integer i, uint64_t *cost) {
    lua_geti(L, 1, i);
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)i);
    *cost += lua_type(L, -1) == LUA_TSTRING ? 2 + lua_rawlen(L, -1) / 4 : 8;
    luaL_addvalue(buffer);
    if (*cost > 1024) {
        ms_charge(L, *cost);
        *cost = 0;
    }
}

static int concat(lua_State *L) {
    size_t separator_length;
    lua_Integer last = length_of(L, 1);
    const char *separator = luaL_optlstring(L, 2, "", &separator_length);
    lua_Integer i = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, last);
    luaL_Buffer buffer;
    uint64_t cost = 0;
    luaL_buffinit(L, &buffer);
    for (; i < last; i++) {
        add_field(L, &buffer, i, &cost);
        luaL_addlstring(&buffer, separator, separator_length);
        cost += separator_length / 4;
    }
    if (i == last) add_field(L, &buffer, i, &cost);
    luaL_pushresult(&buffer);
    ms_charge(L, cost);
    return 1;
}

static int unpack(lua_State *L) {
    lua_Integer i = luaL_optinteger(L, 2, 1);
    lua_Integer end = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    if (i > end) return 0;
    uint64_t count = (uint64_t)end - (uint64_t)i;
    if (count >= MS_MOST_VALUES || !lua_checkstack(L, (int)++count)) return luaL_error(L, "too many results to unpack");
    charge_elements(L, (lua_Integer)count);
    for (; i < end; i++) lua_geti(L, 1, i);
    lua_geti(L, 1, end);
    return (int)count;
}

// MARK: sort

// A stable merge sort in two tables of its own: the script's table is written once, when all comparisons are done, so
// that an error in the middle leaves it as it was, and a comparison that contradicts itself can not lead it astray.
enum { TABLE = 1, COMPARISON = 2, SOURCE = 3, TARGET = 4 };

// Whether the value at the top comes before the one below it.
static bool is_before(lua_State *L) {
    if (lua_isnil(L, COMPARISON)) return lua_compare(L, -1, -2, LUA_OPLT);
    lua_pushvalue(L, COMPARISON);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -4);
    lua_call(L, 2, 1);
    bool result = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return result;
}

static void merge(lua_State *L, int source, int target, lua_Integer low, lua_Integer middle, lua_Integer high) {
    lua_Integer left = low, right = middle, next = low;
    ms_charge(L, (uint64_t)(high - low) * 2);
    while (left < middle && right < high) {
        lua_rawgeti(L, source, left);
        lua_rawgeti(L, source, right);
        bool takes_right = is_before(L);
        if (takes_right) {
            lua_rawseti(L, target, next++);
            lua_pop(L, 1);
            right++;
        } else {
            lua_pop(L, 1);
            lua_rawseti(L, target, next++);
            left++;
        }
    }
    while (left < middle || right < high) {
        lua_rawgeti(L, source, left < middle ? left++ : right++);
        lua_rawseti(L, target, next++);
    }
}

static int sort(lua_State *L) {
    lua_Integer count = length_of(L, 1);
    lua_settop(L, 2);
    if (count < 2) return 0;
    if (!lua_isnil(L, COMPARISON)) luaL_checktype(L, COMPARISON, LUA_TFUNCTION);
    charge_elements(L, count);
    luaL_argcheck(L, count < INT_MAX, 1, "array too big");
    lua_createtable(L, (int)count, 0);
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(L, TABLE, i);
        lua_rawseti(L, SOURCE, i);
    }
    int source = SOURCE, target = TARGET;
    for (lua_Integer width = 1; width < count; width *= 2) {
        for (lua_Integer low = 1; low <= count; low += 2 * width) {
            lua_Integer middle = low + width, high = low + 2 * width;
            merge(L, source, target, low, middle < count + 1 ? middle : count + 1, high < count + 1 ? high : count + 1);
        }
        int other = source;
        source = target;
        target = other;
    }
    charge_elements(L, count);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, source, i);
        lua_seti(L, TABLE, i);
    }
    return 0;
}

void ms_open_tables(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"concat", concat}, {"insert", insert}, {"move", move}, {"remove", table_remove},
        {"sort", sort},     {"unpack", unpack}, {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
}
