/** Ringdesk's mark, the same as public/favicon.svg. Drawn in the page: as an image it would be fetched a second time. */

interface MarkProps {
  size: number;
  /** For a screen reader, where the name does not stand beside it. */
  label?: string;
  className?: string | undefined;
}

export function Mark({ size, label, className }: MarkProps) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      role="img"
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <rect width="32" height="32" rx="8" fill="#3a49c9" />
      <path d="M8 21v-4a8 8 0 0 1 16 0v4" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <rect x="6" y="18" width="5.4" height="8" rx="2.4" fill="#fff" />
      <rect x="20.6" y="18" width="5.4" height="8" rx="2.4" fill="#fff" />
    </svg>
  );
}
