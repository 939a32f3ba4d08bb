/** What just happened, said in the middle of the desk with the next step, until the agent acts on it. */

import { CircleAlert, LogOut, PhoneMissed, PhoneOff, TimerOff, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { type News, newsFor } from "../../state/news";
import { Button } from "../../ui/button";
import { isWithheld, pastCaller, queueTitle } from "../../ui/caller";
import { useConsole, useMe, useStore, useWords } from "../../ui/hooks";
import { agentName, nameFor } from "../../ui/names";
import styles from "./happened.module.css";
import { type OwnWords, own } from "./words";

export function Happened() {
  const { live, read } = useConsole();
  const { t } = useWords(own);
  const ext = useMe().agent;
  const news = newsFor(useStore(live), ext, useStore(read));
  const texts = useTexts(news);
  return (
    <section className={styles.place} aria-label={t("happened.title")} aria-live="assertive">
      {news && (
        <div className={styles.news} data-kind={news.happening.kind} data-testid="happened">
          {ICONS[news.happening.kind]}
          <div className={styles.text}>
            <h2 className={styles.what}>{texts.what}</h2>
            {texts.more !== "" && <p>{texts.more}</p>}
          </div>
          <Cures news={news} />
        </div>
      )}
    </section>
  );
}

const ICONS: Record<News["happening"]["kind"], ReactNode> = {
  missed: <PhoneMissed size={18} aria-hidden />,
  declined: <PhoneOff size={18} aria-hidden />,
  unreached: <CircleAlert size={18} aria-hidden />,
  caller_gone: <PhoneMissed size={18} aria-hidden />,
  lost: <CircleAlert size={18} aria-hidden />,
  not_taken: <Undo2 size={18} aria-hidden />,
  signed_out: <LogOut size={18} aria-hidden />,
  ran_out: <TimerOff size={18} aria-hidden />,
};

function Cures({ news: { happening, next, where } }: { news: News }) {
  const { commands, read } = useConsole();
  const { t } = useWords(own);
  const putAway = () => read.set(happening.at);
  return (
    <div className={styles.cures}>
      {next === "ready" && (
        <Button kind="answer" data-testid="happened-ready" onClick={commands.ready}>
          {t("action.ready")}
        </Button>
      )}
      {next === "call_back" && !isWithheld(happening.number) && (
        <Button
          kind="primary"
          data-testid="happened-call-back"
          onClick={() => commands.dial(happening.number_e164 ?? happening.number)}
        >
          {t("happened.call_back")}
        </Button>
      )}
      {next === "open_call" && happening.call && (
        <Link href={`/history/${encodeURIComponent(happening.call)}`} onClick={putAway}>
          {t("happened.open_call")}
        </Link>
      )}
      {where?.at !== "rings_here" && (
        <Button kind="ghost" data-testid="happened-dismiss" onClick={putAway}>
          {t("action.dismiss")}
        </Button>
      )}
    </div>
  );
}

function useTexts(news: News | null): { what: string; more: string } {
  const { live } = useConsole();
  const words = useWords(own);
  const floor = useStore(live);
  if (news === null) return { what: "", more: "" };
  const { happening, where, next } = news;
  const more = [whyText(news, words), whereText(where, floor, words), nextText(happening.kind, next, words)];
  const between = words.language === "zh" ? "" : " ";
  return { what: whatText(news, floor, words), more: more.filter((text) => text !== "").join(between) };
}

type Floor = Parameters<typeof newsFor>[0] & { queues: Parameters<typeof queueTitle>[0] };

const NOT_TAKEN = ["no_answer", "refused", "unreachable", "busy"] as const;

function whatText({ happening }: News, { agents }: Floor, words: OwnWords): string {
  const { t } = words;
  const { kind, by, reason } = happening;
  const { customer_name, customer_name_en, number } = happening;
  const name = pastCaller({ customer_name, customer_name_en, number }, words);
  if (kind === "not_taken") {
    const why = NOT_TAKEN.find((it) => it === reason) ?? "no_answer";
    return t(`happened.not_taken.${why}`, { name, agent: agentName(agents, by, null, words) });
  }
  if (kind !== "signed_out") return t(`happened.${kind}`, { name });
  if (by === "ringdesk") return t("happened.signed_out_away");
  const who = Object.values(agents).find(({ login }) => login === by);
  return t("happened.signed_out", { name: who ? nameFor(who, words) : (by ?? "") });
}

function whyText({ happening: { kind, by, reason } }: News, { t }: OwnWords): string {
  return kind === "signed_out" && by !== "ringdesk" && reason !== "" ? t("happened.reason", { reason }) : "";
}

function whereText(where: News["where"], { agents, queues }: Floor, words: OwnWords): string {
  const { t } = words;
  switch (where?.at) {
    case "waits":
    case "waits_first":
      return t(`happened.${where.at}`, { queue: queueTitle(queues, where.queue, words) });
    case "rings":
    case "with":
      return t(`happened.${where.at}`, { agent: agentName(agents, where.agent, null, words) });
    case "rings_here":
      return t("happened.rings_here");
    default:
      return "";
  }
}

function nextText(kind: News["happening"]["kind"], next: News["next"], { t }: OwnWords): string {
  switch (next) {
    case "ready":
      return t(
        kind === "signed_out"
          ? "happened.next_sign_in"
          : kind === "lost"
            ? "happened.next_lost"
            : "happened.next_ready",
      );
    case "finish":
      return t("happened.next_finish");
    case "finish_ready":
      return t("happened.next_finish_ready");
    default:
      return "";
  }
}
