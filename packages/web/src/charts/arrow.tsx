interface ArrowProps {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
  readonly width: number
  readonly kind: string
}

/**
 * A straight arrow whose width tells the size and whose head tells the direction, without motion. A flow of nothing is a
 * thin dotted line.
 */
export function Arrow({ from, to, width, kind }: ArrowProps) {
  if (width <= 0) return <line class="arrow-none" x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const along = [(to[0] - from[0]) / length, (to[1] - from[1]) / length] as const
  const across = [-along[1], along[0]] as const
  const headLength = 8 + width * 0.9
  const neck = length - headLength
  const point = (distance: number, side: number) =>
    `${(from[0] + along[0] * distance + across[0] * side).toFixed(1)} ${(from[1] + along[1] * distance + across[1] * side).toFixed(1)}`
  const half = width / 2
  const headHalf = half + 5
  const outline = [
    `M${point(0, half)}`,
    `L${point(neck, half)}`,
    `L${point(neck, headHalf)}`,
    `L${point(length, 0)}`,
    `L${point(neck, -headHalf)}`,
    `L${point(neck, -half)}`,
    `L${point(0, -half)}`,
    'Z',
  ]
  return <path class={`arrow arrow-${kind}`} d={outline.join('')} />
}
