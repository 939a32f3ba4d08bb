// Made by `npm run types` from docs/openapi.json and docs/live.schema.json. Do not edit.

export interface Rest {
    schemas: {
        /**
         * @description Newest first.
         */
        AbandonedList: {
            day: string;
            items: Rest["schemas"]["AbandonedRow"][];
        };
        /**
         * @description A caller who gave up. `called_back`: somebody spoke with this number since, either way.
         */
        AbandonedRow: {
            at: string;
            call_id: string;
            called_back: boolean;
            company: string | null;
            customer_id: number | null;
            customer_name: string | null;
            customer_name_en: string | null;
            name: string;
            number: string;
            number_e164: string | null;
            waited_s: number;
        };
        /**
         * @description A call with its way through the menu, its waits, its conversations and what was noted.
         *
         *     `ended_by` is who ended a call that an agent dialled, if known: agent, customer, line or timeout. `source`
         *     is live, or record when Asterisk's own records were needed.
         */
        CallAnswer: {
            agent: string | null;
            agent_name: string | null;
            agent_talk_s: number | null;
            answered_at: string | null;
            company: string | null;
            customer_id: number | null;
            customer_name: string | null;
            customer_name_en: string | null;
            direction: string;
            disposition: string | null;
            end_cause: number | null;
            ended_at: string | null;
            ended_by: string | null;
            hold_s: number | null;
            hotline: string | null;
            id: string;
            incomplete: boolean;
            language: string;
            legs: Rest["schemas"]["LegAnswer"][];
            name: string;
            number: string;
            number_e164: string | null;
            offers: Rest["schemas"]["OfferAnswer"][];
            outcome: string | null;
            path: Rest["schemas"]["StepAnswer"][];
            queue: string | null;
            recorded: boolean;
            recordings: Rest["schemas"]["RecordingSummary"][];
            source: string;
            started_at: string;
            stints: Rest["schemas"]["StintAnswer"][];
            talk_s: number;
            test: boolean;
            wait_s: number;
            wrap_up: string | null;
            wrap_ups: Rest["schemas"]["WrapUpSummary"][];
        };
        /**
         * @description A caller's number as it came.
         */
        CallerNumber: {
            number: string;
        };
        /**
         * @description Calls from the newest on; `next` is the cursor of the following page, null on the last one.
         *
         *     `searched_to` is set when a search ended the page early: how far back it has looked by then.
         */
        CallPage: {
            items: Rest["schemas"]["CallRow"][];
            next: string | null;
            searched_to?: string | null;
        };
        /**
         * @description One line of the history; lengths in seconds, `hold_s` null when Asterisk's records cannot tell.
         *
         *     `agent_talk_s` is the part of the agent whose calls are listed, null in other lists. `wrap_up` says what
         *     became of the last agent's after-call work: open, unfinished, timed_out or done.
         */
        CallRow: {
            agent: string | null;
            agent_name: string | null;
            agent_talk_s: number | null;
            answered_at: string | null;
            company: string | null;
            customer_id: number | null;
            customer_name: string | null;
            customer_name_en: string | null;
            direction: string;
            disposition: string | null;
            ended_at: string | null;
            hold_s: number | null;
            hotline: string | null;
            id: string;
            incomplete: boolean;
            language: string;
            name: string;
            number: string;
            number_e164: string | null;
            outcome: string | null;
            queue: string | null;
            recorded: boolean;
            started_at: string;
            talk_s: number;
            test: boolean;
            wait_s: number;
            wrap_up: string | null;
        };
        /**
         * @description A person at the customer.
         */
        ContactAnswer: {
            id: number;
            name: string;
            name_en: string;
            numbers: Rest["schemas"]["NumberAnswer"][];
            role: string;
        };
        /**
         * @description Who wants to sign in.
         */
        Credentials: {
            login: string;
            password: string;
        };
        /**
         * @description A customer with everything known.
         */
        CustomerAnswer: {
            company: string | null;
            contacts: Rest["schemas"]["ContactAnswer"][];
            id: number;
            kind: string;
            language: string;
            name: string;
            name_en: string;
            note: string;
            numbers: Rest["schemas"]["CustomerNumber"][];
            tags: string[];
            tier: string;
            timeline: Rest["schemas"]["PastContact"][];
        };
        /**
         * @description Who calls: one of those in the call's record.
         */
        CustomerBody: {
            customer: number;
        };
        /**
         * @description The best matches, in the order of their names.
         */
        CustomerList: {
            items: Rest["schemas"]["CustomerSummary"][];
        };
        /**
         * @description A number of a customer, and which of its people has it.
         */
        CustomerNumber: {
            as_entered: string;
            contact: string;
            contact_en: string;
            contact_role: string;
            e164: string;
            label: string;
        };
        /**
         * @description A customer as the search shows it. `company` is null for a private person.
         */
        CustomerSummary: {
            company: string | null;
            id: number;
            kind: string;
            language: string;
            name: string;
            name_en: string;
            numbers: Rest["schemas"]["CustomerNumber"][];
            tags: string[];
            tier: string;
        };
        /**
         * @description Whom to call.
         */
        DialBody: {
            number: string;
        };
        /**
         * @description A result of a call that an agent can choose.
         */
        Disposition: {
            code: string;
            en: string;
            zh: string;
        };
        /**
         * @description The result of the conversation.
         */
        DoneBody: {
            disposition: string;
            note: string;
        };
        /**
         * @description What was typed and chosen so far.
         */
        DraftBody: {
            disposition?: string | null;
            note: string;
        };
        /**
         * @description What this agent noted on an earlier leg in the same call.
         */
        EarlierAnswer: {
            disposition: string | null;
            note: string;
            status: string;
            turn: number;
        };
        /**
         * @description `degraded` when something is away; that an answer comes at all says that the service lives.
         */
        Health: {
            /**
             * @description What is the matter with each part; told to supervisors only.
             */
            checks?: {
                [key: string]: string;
            } | null;
            status: "ok" | "degraded";
        };
        /**
         * @description A number that callers dial.
         */
        HotlineAnswer: {
            name: string;
            number: string;
        };
        /**
         * @description Where a request is wrong, and in which way. The value itself is not repeated.
         */
        InvalidField: {
            code: string;
            detail: string;
            where: string;
        };
        /**
         * @description One agent's part of the conversation; `hold_s` null when not known, `talk_s` while it lasts.
         */
        LegAnswer: {
            agent: string;
            agent_name: string | null;
            end_reason: string | null;
            ended_at: string | null;
            hold_s: number | null;
            holds: number | null;
            no: number;
            queue: string | null;
            started_at: string;
            talk_s: number | null;
        };
        /**
         * @description Everything the console needs before it opens the live connection.
         */
        Me: {
            /**
             * @description Extension; null for a user without a phone.
             */
            agent: string | null;
            /**
             * @description Goes into the header X-CSRF-Token of all that changes something.
             */
            csrf: string;
            dispositions: Rest["schemas"]["Disposition"][];
            hotlines: Rest["schemas"]["HotlineAnswer"][];
            pauses: string[];
            /** @description Null for a user without a phone or with a desk phone. */
            phone: Rest["schemas"]["PhoneAnswer"] | null;
            privileges: Rest["schemas"]["Privilege"][];
            /**
             * @description Of the firm: whose days and times of day are shown.
             */
            time_zone: string;
            user: Rest["schemas"]["UserAnswer"];
            version: string;
        };
        /**
         * @description A number of a contact.
         */
        NumberAnswer: {
            as_entered: string;
            e164: string;
            label: string;
        };
        /**
         * @description One agent's phone was rung.
         */
        OfferAnswer: {
            agent: string;
            agent_name: string | null;
            ended_at: string | null;
            queue: string | null;
            rang_at: string;
            result: string | null;
        };
        /**
         * @description A call of the agent in the few words that the desk has for it; GET /calls/{call_id} tells all.
         */
        OwnCallAnswer: {
            /**
             * @description The agent's own part of the talk.
             */
            agent_talk_s: number | null;
            customer_name: string | null;
            customer_name_en: string | null;
            direction: string;
            id: string;
            number: string;
            outcome: string | null;
            started_at: string;
            talk_s: number;
            test: boolean;
        };
        /**
         * @description Newest first.
         */
        OwnCallList: {
            items: Rest["schemas"]["OwnCallAnswer"][];
        };
        /**
         * @description An agent's own day; lengths are null without calls.
         */
        OwnDayAnswer: {
            day: string;
            handled: number;
            longest_talk_s: number | null;
            mean_talk_s: number | null;
            /**
             * @description How long the callers among them had waited in queues.
             */
            mean_wait_s: number | null;
        };
        /**
         * @description An earlier call with a customer; `talk_s` in seconds.
         */
        PastContact: {
            agent_name: string | null;
            at: string;
            call_id: string;
            direction: string;
            disposition: string | null;
            note: string | null;
            outcome: string | null;
            queue: string | null;
            talk_s: number;
        };
        /**
         * @description Why.
         */
        PauseBody: {
            reason: string;
        };
        /**
         * @description The account with which the console's phone registers at Asterisk.
         */
        PhoneAnswer: {
            auth_user: string;
            /**
             * @description What gave the phone its present password: password, administrator, deactivated, restored, or empty for the first one.
             */
            changed_by: string;
            password: string;
            realm: string;
            sip_uri: string;
            ws_url: string;
        };
        /**
         * @description Language and look.
         */
        Preferences: {
            language: "zh" | "en";
            theme: "system" | "light" | "dark";
        };
        /**
         * @description A right that a route asks for by name, never by role.
         */
        Privilege: "see_all_calls" | "hear_all_recordings" | "sign_out_agents" | "place_test_calls" | "see_customers" | "see_health" | "see_refused_calls";
        /**
         * @description RFC 9457 problem details. `code` never changes its meaning; `detail` is for people.
         */
        ProblemBody: {
            code: string;
            detail: string;
            /**
             * @description Only for code invalid_request.
             * @default null
             */
            fields?: Rest["schemas"]["InvalidField"][] | null;
            status: number;
            title: string;
            /**
             * @default about:blank
             */
            type?: string;
        };
        /**
         * @description A recording by itself.
         */
        RecordingAnswer: {
            agent: string | null;
            call_id: string;
            channels: number;
            id: number;
            length_s: number;
            part: number;
            queue: string | null;
            sha256: string;
            size: number;
            started_at: string;
            state: string;
            stint: number;
        };
        /**
         * @description A recording of the call. `audible` says whether this user may listen.
         */
        RecordingSummary: {
            agent: string | null;
            audible: boolean;
            channels: number;
            id: number;
            length_s: number;
            part: number;
            queue: string | null;
            size: number;
            started_at: string;
            state: string;
            stint: number;
        };
        /**
         * @description Why a call did not come in: one of our limits, or something about it that Asterisk did not accept.
         */
        RefusalCause: "number_limit" | "trunk_limit" | "rate_limit" | "call_limit" | "full" | "unknown_number" | "codec" | "encrypted" | "no_sound" | "stranger" | "forged" | "other";
        /**
         * @description Calls alike within a minute. `number` is masked, and empty when there is none to call back; `trunk` is
         *     empty when none was recognised.
         */
        RefusedCallAnswer: {
            address: string;
            cause: Rest["schemas"]["RefusalCause"];
            count: number;
            detail: string;
            dialled: string;
            first_at: string;
            id: number;
            last_at: string;
            number: string;
            trunk: string;
        };
        /**
         * @description Newest first; `next` is the cursor of the following page, null on the last one.
         */
        RefusedCallPage: {
            items: Rest["schemas"]["RefusedCallAnswer"][];
            next: number | null;
        };
        /**
         * @description What a user may do; each role may also do what those before it may.
         */
        Role: "agent" | "supervisor" | "admin";
        /**
         * @description Why a supervisor does it; goes into the audit.
         */
        SignOutBody: {
            reason: string;
        };
        /**
         * @description A call that was started; its identity is null until the first event tells it.
         */
        StartedCall: {
            call: string | null;
        };
        /**
         * @description One step of the voice menu.
         */
        StepAnswer: {
            at: string;
            exit: string;
            keys: string;
            kind: string;
            step: string;
        };
        /**
         * @description One stay in one queue.
         */
        StintAnswer: {
            entered_at: string;
            left_at: string | null;
            no: number;
            outcome: string | null;
            priority: number;
            queue: string;
            wait_s: number | null;
        };
        /**
         * @description Who calls which hotline, and what they press in the menu.
         */
        TestCallBody: {
            from: string;
            hotline: string;
            /**
             * @default
             */
            keys?: string;
        };
        /**
         * @description Where the caller goes: exactly one of the targets. The note travels with the caller.
         */
        TransferBody: {
            /**
             * @default
             */
            note?: string;
            to_agent?: string | null;
            to_queue?: string | null;
        };
        /**
         * @description The user of the session.
         */
        UserAnswer: {
            id: number;
            /**
             * @description Empty until one was chosen: that of the browser counts.
             */
            language: string;
            login: string;
            name: string;
            /**
             * @description Empty when there is none.
             */
            name_en: string;
            role: Rest["schemas"]["Role"];
            theme: string;
        };
        /**
         * @description The agent's own after-call work on one leg. `status` is unfinished, timed_out or done.
         */
        WrapUpAnswer: {
            completed_at?: string | null;
            disposition?: string | null;
            /**
             * @default []
             */
            earlier?: Rest["schemas"]["EarlierAnswer"][];
            ended_at?: string | null;
            /**
             * @default
             */
            note?: string;
            started_at?: string | null;
            /**
             * @default unfinished
             */
            status?: string;
        };
        /**
         * @description What an agent noted on one of their legs.
         *
         *     `status` is open (the agent is at it), unfinished, timed_out or done; `own` says that this user can
         *     complete it.
         */
        WrapUpSummary: {
            agent: string;
            agent_name: string | null;
            completed_at: string | null;
            disposition: string | null;
            ended_at: string | null;
            note: string;
            own: boolean;
            started_at: string | null;
            status: string;
            turn: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}

export interface Live {
    schemas: {
        /**
         * @description What the agent is doing.
         */
        Activity: "idle" | "ringing" | "talking" | "holding" | "wrapping_up";
        /**
         * @description An agent, as everyone signed in may see them.
         */
        Agent: {
            activity: Live["schemas"]["Activity"];
            activity_since: string;
            /**
             * @description After-call work that waits, the next one last.
             */
            aside: Live["schemas"]["WorkSetAside"][];
            call: string | null;
            /**
             * @description A console of this agent is connected.
             */
            console: boolean;
            ext: string;
            login: string;
            muted: boolean;
            name: string;
            /**
             * @description Empty when there is none.
             */
            name_en: string;
            pause_reason: string | null;
            phone: "reachable" | "unreachable";
            phone_since: string;
            presence: Live["schemas"]["Presence"];
            presence_since: string;
            /**
             * @description Queues the agent is signed in to.
             */
            queues: string[];
            role: string;
            /**
             * @description The how-manieth leg of this agent in the call it is.
             */
            turn: number | null;
            user_id: number;
            wrap_up_call: string | null;
            wrap_up_until: string | null;
        };
        /**
         * @description An agent as they are now; null when gone.
         */
        AgentChange: {
            id: string;
            kind: "agents";
            value: Live["schemas"]["Agent"] | null;
        };
        /**
         * @description A call. `number` and `name` are what the caller's side sent: show them, never trust them.
         */
        Call: {
            /**
             * @description Extension of who talks, else of who rings, else of the last one.
             */
            agent: string | null;
            answered_at: string | null;
            direction: Live["schemas"]["Direction"];
            ended_at: string | null;
            /** @description Who ended a call that an agent dialled, when it is known. */
            ended_by: Live["schemas"]["EndedBy"] | null;
            held_at: string | null;
            hotline: string | null;
            id: string;
            /**
             * @description A gap hid a part of this call.
             */
            incomplete: boolean;
            language: string;
            name: string;
            /**
             * @description The newest of each agent who sent the caller on.
             */
            notes: Live["schemas"]["TravellingNote"][];
            number: string;
            number_e164: string | null;
            /**
             * @description How the call ended, null while it lasts.
             */
            outcome: string | null;
            path: Live["schemas"]["MenuStep"][];
            priority: number;
            queue: string | null;
            /**
             * @description When the wait that still lasts began.
             */
            queued_at: string | null;
            /** @description Null until the caller was looked up. */
            record: Live["schemas"]["CallerRecord"] | null;
            recording: boolean;
            ring_started_at: string | null;
            started_at: string;
            state: Live["schemas"]["CallState"];
            /**
             * @description 0 before the first queue.
             */
            stint: number;
            /**
             * @description The built-in test caller placed it; it is in no figure.
             */
            test: boolean;
            /**
             * @description Finished waits of all stints.
             */
            waited_s: number;
        };
        /**
         * @description A call as it is now; null when it is gone or out of this user's sight.
         */
        CallChange: {
            id: string;
            kind: "calls";
            value: Live["schemas"]["Call"] | null;
        };
        /**
         * @description What is known of the caller; `matched_by` is the number as it was written down.
         */
        CallerRecord: {
            /**
             * @description Of several customers the one whom the agent named, else null.
             */
            chosen: number | null;
            customers: Live["schemas"]["CustomerCard"][];
            last_contacts: Live["schemas"]["LastContact"][];
            match: "found" | "several" | "unknown" | "withheld";
            matched_by: string | null;
        };
        /**
         * @description Where the caller is. `menu` is the voice menu and every moment between a queue and a conversation.
         */
        CallState: "menu" | "queued" | "ringing" | "talking" | "holding" | "ended";
        ClientMessage: Live["schemas"]["Hello"] | Live["schemas"]["PhoneReport"] | Live["schemas"]["Seen"] | Live["schemas"]["Pong"];
        /**
         * @description A customer at a glance; `company` is null for a private person.
         */
        CustomerCard: {
            company: string | null;
            contact: string;
            contact_role: string;
            id: number;
            language: string;
            name: string;
            name_en: string;
            number_label: string;
            tags: string[];
            tier: string;
        };
        /**
         * @description The day of the figures, in the time zone of the installation, and the moment at which it began.
         */
        Day: {
            began: string;
            date: string;
        };
        /**
         * @description What changed. Numbers grow, but may skip: what a user may not see is not sent.
         *
         *     After a resume one delta holds everything missed, or nothing.
         */
        Delta: {
            at: string;
            changes: (Live["schemas"]["CallChange"] | Live["schemas"]["AgentChange"] | Live["schemas"]["QueueChange"] | Live["schemas"]["SystemChange"] | Live["schemas"]["HappeningChange"])[];
            seq: number;
            type: "delta";
        };
        /**
         * @description What came of a number that an agent dialled; the rest of its words is in `outcome.py`.
         */
        DialResult: "answered" | "busy" | "declined" | "no_answer" | "unavailable" | "unknown_number" | "congestion" | "no_route" | "line_silent" | "line_refused" | "failed" | "cancelled" | "phone_lost";
        /**
         * @description Who started the call, seen from the contact centre.
         */
        Direction: "inbound" | "outbound" | "internal";
        /**
         * @description `line` is the telephone network and our line to it, `timeout` our own patience.
         */
        EndedBy: "agent" | "customer" | "line" | "timeout";
        /**
         * @description A time in which Asterisk was not heard; open while `to` is null.
         */
        Gap: {
            from: string;
            reason: string;
            recovered: boolean;
            to: string | null;
        };
        /**
         * @description The newest gaps, oldest first.
         */
        Gaps: {
            items: Live["schemas"]["Gap"][];
        };
        /**
         * @description What just happened to an agent that they have to know, until they act or take a call; theirs alone.
         *
         *     The caller is in it as in a call, empty or null where it is about none.
         */
        Happening: {
            at: string;
            /**
             * @description Who did not take it: an extension. Who signed the agent out: a login.
             */
            by: string | null;
            call: string | null;
            customer_name: string | null;
            customer_name_en: string | null;
            kind: Live["schemas"]["HappeningKind"];
            number: string;
            number_e164: string | null;
            /**
             * @description Where the call came from, or where the caller is back.
             */
            queue: string | null;
            /**
             * @description Why it was not taken: a word. Why signed out: in that one's own words.
             */
            reason: string;
        };
        /**
         * @description What just happened to the agent; null when it is over. Only this agent hears of it.
         */
        HappeningChange: {
            id: string;
            kind: "happenings";
            value: Live["schemas"]["Happening"] | null;
        };
        /**
         * @description `not_taken`: whom they sent the caller on to did not take the call. `ran_out`: after-call work did.
         */
        HappeningKind: "missed" | "declined" | "unreached" | "caller_gone" | "lost" | "not_taken" | "signed_out" | "ran_out";
        /**
         * @description The first message of every connection; with `resume` only what is missing is sent.
         */
        Hello: {
            /** @default null */
            resume?: Live["schemas"]["ResumePoint"] | null;
            type: "hello";
        };
        /**
         * @description An earlier call with the caller.
         */
        LastContact: {
            agent_name: string | null;
            at: string;
            call_id: string;
            direction: string;
            disposition: string | null;
            note: string | null;
            outcome: string | null;
            queue: string | null;
            talk_s: number;
        };
        /**
         * @description Whether our line out works: in trouble, `count` calls in a row failed by it, the last by `reason`.
         */
        Line: {
            count: number;
            reason: Live["schemas"]["DialResult"] | null;
            since: string | null;
            state: "ok" | "trouble";
        };
        /**
         * @description The connection to Asterisk.
         */
        Link: {
            /**
             * @default null
             */
            asterisk?: string | null;
            reason: string | null;
            since: string;
            state: "up" | "down";
        };
        /**
         * @description A step of the voice menu and the exit by which the caller left it.
         */
        MenuStep: {
            at: string;
            exit: string;
            keys: string;
            kind: string;
            step: string;
        };
        /**
         * @description What the phone of this console has to do; sent only to the console that owns the agent's phone.
         */
        PhoneOrder: {
            call: string;
            do: "answer" | "hangup" | "hold" | "resume" | "mute" | "unmute";
            type: "phone";
        };
        /**
         * @description Which console holds the agent's phone, seen from the one that is told.
         */
        PhoneOwner: "you" | "another" | "nobody";
        /**
         * @description Which of this agent's consoles owns the phone: the last one that said `owner: true`.
         */
        PhoneOwnerNotice: {
            owner: Live["schemas"]["PhoneOwner"];
            type: "phone_owner";
        };
        /**
         * @description The state of this tab's phone. The last tab that says `owner: true` gets the agent's instructions.
         */
        PhoneReport: {
            muted: boolean;
            owner: boolean;
            registered: boolean;
            type: "phone";
        };
        /**
         * @description Answer with pong; whoever does not is taken for gone.
         */
        Ping: {
            type: "ping";
        };
        /**
         * @description The answer to a ping.
         */
        Pong: {
            type: "pong";
        };
        /**
         * @description Whether the agent offers to work.
         */
        Presence: "signed_out" | "ready" | "paused";
        /**
         * @description A queue's tile: who waits, who serves, and the figures of the local day.
         */
        Queue: {
            abandoned: number;
            answered: number;
            /**
             * @description False when a gap hid a part of the day.
             */
            complete: boolean;
            day: string;
            moved: number;
            name: string;
            offered: number;
            oldest_queued_at: string | null;
            overflowed: number;
            paused: number;
            ready: number;
            ringing: number;
            service_level: Live["schemas"]["ServiceLevel"];
            short_abandon_seconds: number;
            short_abandoned: number;
            sl_seconds: number;
            talking: number;
            title: Live["schemas"]["Title"];
            /**
             * @description Stays whose end nobody recorded.
             */
            unknown: number;
            waiting: number;
            waiting_calls: string[];
            wrapping_up: number;
        };
        /**
         * @description A queue as it is now; null when gone.
         */
        QueueChange: {
            id: string;
            kind: "queues";
            value: Live["schemas"]["Queue"] | null;
        };
        /**
         * @description How many conversations of the last 24 hours have lost their recording.
         */
        RecordingsState: {
            lost: number;
        };
        /**
         * @description Why a call did not come in: one of our limits, or something about it that Asterisk did not accept.
         */
        RefusalCause: "number_limit" | "trunk_limit" | "rate_limit" | "call_limit" | "full" | "unknown_number" | "codec" | "encrypted" | "no_sound" | "stranger" | "forged" | "other";
        /**
         * @description The causes that repeat now, the most frequent first; without callers, so that everyone may know.
         */
        Refusals: {
            items: Live["schemas"]["RepeatingRefusal"][];
        };
        /**
         * @description What kept calls away again and again; `trunk` is empty when none was recognised.
         */
        RepeatingRefusal: {
            cause: Live["schemas"]["RefusalCause"];
            count: number;
            last: string;
            since: string;
            trunk: string;
        };
        /**
         * @description The last delta or snapshot the client has folded in.
         */
        ResumePoint: {
            epoch: string;
            seq: number;
        };
        /**
         * @description The screen pop of this call was painted in a visible window.
         */
        Seen: {
            call: string;
            type: "seen";
        };
        ServerMessage: Live["schemas"]["Snapshot"] | Live["schemas"]["Delta"] | Live["schemas"]["PhoneOrder"] | Live["schemas"]["PhoneOwnerNotice"] | Live["schemas"]["Ping"];
        /**
         * @description The five definitions; null while there is nothing to divide by.
         */
        ServiceLevel: {
            A: number | null;
            B: number | null;
            C: number | null;
            D: number | null;
            E: number | null;
        };
        /**
         * @description The whole picture; what the client had before is void.
         */
        Snapshot: {
            /**
             * @description Opaque: which run of the service, seen with whose eyes.
             */
            epoch: string;
            /**
             * @description The server's clock, to which all times belong.
             */
            now: string;
            seq: number;
            state: Live["schemas"]["State"];
            type: "snapshot";
        };
        /**
         * @description Everything that the user may see.
         */
        State: {
            agents: {
                [key: string]: Live["schemas"]["Agent"];
            };
            calls: {
                [key: string]: Live["schemas"]["Call"];
            };
            /**
             * @description By extension: the user's own, or none.
             */
            happenings: {
                [key: string]: Live["schemas"]["Happening"];
            };
            queues: {
                [key: string]: Live["schemas"]["Queue"];
            };
            system: Live["schemas"]["System"];
        };
        /**
         * @description Whether the database takes what is recorded; `spooled` records wait for it.
         */
        StorageState: {
            reason: string | null;
            since: string;
            spooled: number;
            state: "ok" | "trouble";
        };
        /**
         * @description The service itself.
         */
        System: {
            day: Live["schemas"]["Day"];
            gaps: Live["schemas"]["Gaps"];
            line: Live["schemas"]["Line"];
            link: Live["schemas"]["Link"];
            recordings: Live["schemas"]["RecordingsState"];
            refusals: Live["schemas"]["Refusals"];
            storage: Live["schemas"]["StorageState"];
        };
        /**
         * @description A part of the service; `id` names it.
         */
        SystemChange: {
            id: "link" | "storage" | "recordings" | "gaps" | "day" | "refusals" | "line";
            kind: "system";
            value: Live["schemas"]["Link"] | Live["schemas"]["StorageState"] | Live["schemas"]["RecordingsState"] | Live["schemas"]["Gaps"] | Live["schemas"]["Day"] | Live["schemas"]["Refusals"] | Live["schemas"]["Line"] | null;
        };
        /**
         * @description A name in both languages.
         */
        Title: {
            en: string;
            zh: string;
        };
        /**
         * @description What an agent wrote when they sent the caller on.
         */
        TravellingNote: {
            agent: string;
            text: string;
        };
        /**
         * @description After-call work that something else interrupted.
         */
        WorkSetAside: {
            call: string;
            turn: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
