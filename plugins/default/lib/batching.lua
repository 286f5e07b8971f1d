-- Groups features into batches.
--
-- Features that share a file, or depend on each other, belong together: in one batch they land one after the other on
-- one branch, in two batches their pull requests would conflict. So: join what belongs together, fill batches with the
-- biggest groups first, and where a group is bigger than a batch may be, cut it and stack the pieces with `after`.

local batching = {}

-- The files that a feature changes or is judged by, as keys.
local function paths(feature)
  local list = { feature.file_path }
  if feature.test_path then list[#list + 1] = feature.test_path end
  return list
end

-- The groups of features that are connected by `links`, each a list of indexes in plan order; the groups come in the
-- order of their first feature. `links(i, join)` calls join(key) for every key of feature i; equal keys connect.
local function groups(features, links)
  local parent, owner = {}, {}
  for i = 1, #features do parent[i] = i end
  local function root(i)
    while parent[i] ~= i do
      parent[i] = parent[parent[i]]
      i = parent[i]
    end
    return i
  end
  for i = 1, #features do
    links(i, function(key)
      local other = owner[key]
      if other then
        local a, b = root(other), root(i)
        -- The smaller index stays the root, so that the result does not depend on the order of the keys.
        if a < b then parent[b] = a else parent[a] = b end
      else
        owner[key] = i
      end
    end)
  end
  local list, place = {}, {}
  for i = 1, #features do
    local r = root(i)
    if not place[r] then
      list[#list + 1] = {}
      place[r] = list[#list]
    end
    place[r][#place[r] + 1] = i
  end
  return list
end

-- The members of a group in an order in which every feature comes after those that it depends on, and features of one
-- source file stay next to each other as far as that allows.
local function in_order(features, members, index_of)
  local inside, result, state = {}, {}, {}
  for _, i in ipairs(members) do inside[i] = true end
  local by_file, files = {}, {}
  for _, i in ipairs(members) do
    local file = features[i].file_path
    if not by_file[file] then
      by_file[file] = {}
      files[#files + 1] = file
    end
    table.insert(by_file[file], i)
  end
  -- Without recursion: a chain of a thousand features is a legal plan.
  local function visit(first)
    local stack = { { node = first, next = 1 } }
    state[first] = "open"
    while #stack > 0 do
      local top = stack[#stack]
      local dependency = features[top.node].depends_on[top.next]
      if dependency then
        top.next = top.next + 1
        local i = index_of[dependency]
        if i and inside[i] and not state[i] then
          state[i] = "open"
          stack[#stack + 1] = { node = i, next = 1 }
        end
      else
        result[#result + 1] = top.node
        stack[#stack] = nil
      end
    end
  end
  for _, file in ipairs(files) do
    for _, i in ipairs(by_file[file]) do
      if not state[i] then visit(i) end
    end
  end
  return result
end

-- Cuts an ordered group into pieces of at most `limit`. A cut is put between two source files when that costs a piece
-- no more than a quarter of its size.
local function cut(features, ordered, limit)
  local pieces, from = {}, 1
  while #ordered - from + 1 > limit do
    local to = from + limit - 1
    local lowest = to - limit // 4
    for candidate = to, math.max(lowest, from), -1 do
      if features[ordered[candidate]].file_path ~= features[ordered[candidate + 1]].file_path then
        to = candidate
        break
      end
    end
    pieces[#pieces + 1] = table.move(ordered, from, to, 1, {})
    from = to + 1
  end
  pieces[#pieces + 1] = table.move(ordered, from, #ordered, 1, {})
  return pieces
end

-- Whether the plan's own batches can stay: complete, small enough, and without a file or dependency in common.
local function is_usable(proposed, features, limit, index_of)
  local seen, owner, count = {}, {}, 0
  for number, batch in ipairs(proposed) do
    if #batch.features > limit or #batch.features == 0 then return false end
    for _, id in ipairs(batch.features) do
      local i = index_of[id]
      if not i or seen[i] then return false end
      seen[i] = number
      count = count + 1
      for _, path in ipairs(paths(features[i])) do
        if owner[path] and owner[path] ~= number then return false end
        owner[path] = number
      end
    end
  end
  if count ~= #features then return false end
  for i, feature in ipairs(features) do
    for _, id in ipairs(feature.depends_on) do
      if index_of[id] and seen[index_of[id]] ~= seen[i] then return false end
    end
  end
  return true
end

-- Puts the groups into bins: big ones first, each into the emptiest bin that has room. A bin holds at most one end of a
-- cut group, so that it never has to start on two branches at once, and so that no circle can arise.
local function fill(features, list, limit, wanted, index_of)
  local bins = {}
  for number = 1, wanted do bins[number] = { members = {} } end
  local items, stacked = {}, {}
  for _, members in ipairs(list) do
    if #members <= limit then
      items[#items + 1] = { members = members }
    else
      local pieces = cut(features, in_order(features, members, index_of), limit)
      for number = 1, #pieces - 1 do stacked[#stacked + 1] = { members = pieces[number], is_closed = true } end
      items[#items + 1] = { members = pieces[#pieces], is_end = true }
    end
  end
  -- Pieces that others stand on get a bin of their own.
  for number, piece in ipairs(stacked) do
    if bins[number] then bins[number] = piece else bins[#bins + 1] = piece end
  end
  table.sort(items, function(a, b)
    if #a.members ~= #b.members then return #a.members > #b.members end
    return a.members[1] < b.members[1]
  end)
  for _, item in ipairs(items) do
    local best
    for _, bin in ipairs(bins) do
      local has_room = not bin.is_closed and #bin.members + #item.members <= limit
      local may_join = has_room and not (item.is_end and bin.is_end)
      if may_join and (not best or #bin.members < #best.members) then best = bin end
    end
    if not best then
      best = { members = {} }
      bins[#bins + 1] = best
    end
    table.move(item.members, 1, #item.members, #best.members + 1, best.members)
    best.is_end = best.is_end or item.is_end
  end
  local result = {}
  for _, bin in ipairs(bins) do
    if #bin.members > 0 then result[#result + 1] = bin.members end
  end
  return result
end

-- For each bin the numbers of the earlier bins that it has to stand on: the last one before it with a file in common
-- (which itself stands on the one before), and those that it depends on.
local function overlaps(features, bins, index_of)
  local bin_of = {}
  for number, members in ipairs(bins) do
    for _, i in ipairs(members) do bin_of[i] = number end
  end
  local last_user, result = {}, {}
  for number, members in ipairs(bins) do
    local earlier = {}
    for _, i in ipairs(members) do
      for _, path in ipairs(paths(features[i])) do
        local other = last_user[path]
        if other and other ~= number then earlier[other] = true end
        last_user[path] = number
      end
      for _, id in ipairs(features[i].depends_on) do
        local other = index_of[id] and bin_of[index_of[id]]
        if other and other ~= number then earlier[other] = true end
      end
    end
    result[number] = earlier
  end
  return result
end

-- One parent for each bin, such that all that a bin overlaps with is below it: it starts on the parent's landed tip,
-- which must hold the others' changes. Bins that hang together but do not form a tree are put into one line.
local function stack(earlier)
  local parent, group, is_line = {}, {}, {}
  local function root(number)
    while group[number] ~= number do
      group[number] = group[group[number]]
      number = group[number]
    end
    return number
  end
  for number in ipairs(earlier) do
    group[number] = number
    for other in pairs(earlier[number]) do group[root(number)] = root(other) end
  end
  local function is_below(lower, upper)
    while upper and upper > lower do upper = parent[upper] end
    return upper == lower
  end
  for number in ipairs(earlier) do
    for other in pairs(earlier[number]) do parent[number] = math.max(parent[number] or other, other) end
    local mine = root(number)
    for other in pairs(earlier[number]) do
      if not is_line[mine] and not is_below(other, parent[number]) then is_line[mine] = true end
    end
  end
  local last = {}
  for number in ipairs(earlier) do
    local mine = root(number)
    if is_line[mine] then parent[number] = last[mine] end
    last[mine] = number
  end
  return parent
end

-- The bins in the order in which they should start: by their first feature, but never before what they depend on.
local function sorted(features, bins, index_of)
  local bin_of, order, state = {}, {}, {}
  for _, members in ipairs(bins) do table.sort(members) end
  table.sort(bins, function(a, b) return a[1] < b[1] end)
  for number, members in ipairs(bins) do
    for _, i in ipairs(members) do bin_of[i] = number end
  end
  local needs = {}
  for number, members in ipairs(bins) do
    needs[number] = {}
    for _, i in ipairs(members) do
      for _, id in ipairs(features[i].depends_on) do
        local other = index_of[id] and bin_of[index_of[id]]
        if other and other ~= number then table.insert(needs[number], other) end
      end
    end
  end
  for first = 1, #bins do
    local waiting = state[first] and {} or { { number = first, next = 1 } }
    state[first] = true
    while #waiting > 0 do
      local top = waiting[#waiting]
      local need = needs[top.number][top.next]
      if need then
        top.next = top.next + 1
        if not state[need] then
          state[need] = true
          waiting[#waiting + 1] = { number = need, next = 1 }
        end
      else
        order[#order + 1] = bins[top.number]
        waiting[#waiting] = nil
      end
    end
  end
  return order
end

function batching.batch(ctx)
  local features, index_of = ctx.features, {}
  if #features == 0 then return {} end
  for i, feature in ipairs(features) do index_of[feature.id] = i end
  local limit = math.max(1, ctx.max_features)

  if #ctx.proposed > 0 and is_usable(ctx.proposed, features, limit, index_of) then
    local kept = {}
    for _, batch in ipairs(ctx.proposed) do
      local name = batch.name:find("^%d+$") and "batch-" .. batch.name or batch.name
      kept[#kept + 1] = { name = name, features = batch.features }
    end
    return kept
  end

  local list = groups(features, function(i, join)
    for _, path in ipairs(paths(features[i])) do join("path " .. path) end
    join("id " .. features[i].id)
    for _, id in ipairs(features[i].depends_on) do join("id " .. id) end
  end)
  local wanted = math.max(#ctx.proposed, (#features + limit - 1) // limit)
  local bins = sorted(features, fill(features, list, limit, wanted, index_of), index_of)
  local parent = stack(overlaps(features, bins, index_of))
  local result = {}
  for number, members in ipairs(bins) do
    local ids = {}
    for _, i in ipairs(members) do ids[#ids + 1] = features[i].id end
    result[number] = {
      name = "batch-" .. number,
      features = ids,
      after = parent[number] and { "batch-" .. parent[number] } or nil,
    }
  end
  return result
end

return batching
