-- What happens after a failed attempt.

local retrying = {}

-- Kinds that a new attempt can not change: the money is spent, the server says no, or the fault is not the worker's.
local hopeless = { budget = true, refused = true, dependency = true, policy = true, internal = true }

-- Kinds that time heals; they say nothing about the work, so they get more attempts than the rest.
local passing = { rate_limit = true, server_error = true }

-- Kinds in which the work was fine but the branch moved on meanwhile.
local overtaken = { conflict = true, landing_red = true }

local extra_attempts = { passing = 5, overtaken = 2 }

-- The line that the next attempt is told.
local advice = {
  tests_failed = "The tests ran and did not all pass.",
  tests_missing = "Some of the tests did not run at all.",
  tests_not_red = "The new tests did not fail on the code as it is, so they prove nothing yet.",
  rejected = "The change broke a rule of the repository.",
  not_accepted = "The tests passed, but the review found problems.",
  worker_gave_up = "The last attempt ended without a finished change.",
  timeout = "The last attempt took too long.",
  conflict = "Other work landed in the same lines meanwhile; the files are now as that work left them.",
  landing_red = "The change passed alone, but not together with the work that landed meanwhile.",
}

-- 30 seconds, doubled with each attempt, up to ten minutes.
local function pause(attempt)
  return math.min(30 * 2 ^ math.min(attempt - 1, 10), 600)
end

-- How many seconds a model server that answers nobody is waited for; then the run stops, and a resume goes on.
local patience = 2 * 60 * 60

-- How many of the failures so far are of these kinds.
local function count(failures, kinds)
  local total = 0
  for kind in pairs(kinds) do total = total + (failures[kind] or 0) end
  return total
end

function retrying.retry(ctx)
  local kind, limit, failures = ctx.failure.kind, ctx.settings.max_attempts, ctx.failures or {}
  if ctx.outage then
    if ctx.outage.seconds > patience then return { action = "hold_batch" } end
    return { action = "retry", delay = pause(ctx.outage.tries) }
  end
  if hopeless[kind] then return { action = "give_up" } end
  -- What failed for reasons outside of the work leaves the work its full number of attempts.
  local setbacks = count(failures, passing) + count(failures, overtaken)
  if setbacks > limit + extra_attempts.passing + extra_attempts.overtaken then return { action = "give_up" } end
  local mine = (passing[kind] or overtaken[kind]) and 1 or 0
  local attempt = ctx.attempt - math.max(setbacks - mine, 0)
  if passing[kind] then
    if ctx.attempt >= limit + extra_attempts.passing then return { action = "give_up" } end
    return { action = "retry", delay = pause(ctx.attempt) }
  end
  local allowed = overtaken[kind] and limit + extra_attempts.overtaken or limit
  if attempt >= allowed then return { action = "give_up" } end
  local note = advice[kind] or "The last attempt failed."
  return { action = "retry", note = note .. " " .. ctx.failure.summary }
end

return retrying
