-- SipHash-2-4: a short tag that nobody can make for another text without the key.
-- Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF".

local string_byte, string_format, string_rep, string_unpack = string.byte, string.format, string.rep, string.unpack

local function rotate(x, count)
  return (x << count) | (x >> (64 - count))
end

-- The key: any string; its first 16 bytes count.
local function siphash(key, text)
  local k0, k1 = string_unpack("<I8I8", key .. string_rep("\0", 16))
  local v0, v1 = k0 ~ 0x736f6d6570736575, k1 ~ 0x646f72616e646f6d
  local v2, v3 = k0 ~ 0x6c7967656e657261, k1 ~ 0x7465646279746573
  local function rounds(count)
    for _ = 1, count do
      v0, v2 = v0 + v1, v2 + v3
      v1, v3 = rotate(v1, 13) ~ v0, rotate(v3, 16) ~ v2
      v0 = rotate(v0, 32)
      v2, v0 = v2 + v1, v0 + v3
      v1, v3 = rotate(v1, 17) ~ v2, rotate(v3, 21) ~ v0
      v2 = rotate(v2, 32)
    end
  end
  local function take(word)
    v3 = v3 ~ word
    rounds(2)
    v0 = v0 ~ word
  end
  local size = #text
  local whole = size - size % 8
  for at = 1, whole, 8 do take((string_unpack("<I8", text, at))) end
  local last = (size & 0xff) << 56
  for at = whole + 1, size do last = last | string_byte(text, at) << (8 * (at - whole - 1)) end
  take(last)
  v2 = v2 ~ 0xff
  rounds(4)
  return string_format("%016x", v0 ~ v1 ~ v2 ~ v3)
end

return siphash
